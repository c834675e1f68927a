/** A condition longer than a page is a program that nobody checks at 2 a.m. */
export const TEXT_MAX = 1_000;

/** Bounds of the syntax tree. One loop level over at most 50 written elements and 200 nodes stays in single milliseconds. */
export const SYNTAX_LIMITS = { maxAstNodes: 200, maxDepth: 20, maxListElements: 50, maxMapEntries: 1, maxCallArguments: 4 } as const;

/** A gauge that speaks every half hour is remembered for about a day; longer sums belong to the history. */
export const WINDOW_MINUTES_MAX = 1_440;

/**
 * Steps one evaluation may take: a reading or a neighbour looked at is one, a reading handed to a loop as many as the condition has nodes.
 * All of them together are about a millisecond, so that a whole city's other rules stay on time (F49).
 */
export const STEPS_MAX = 20_000;

/** Share of the steps that a condition may need while devices report as expected; the rest is for those that report more often. */
export const EXPECTED_SHARE_MAX = 0.5;
