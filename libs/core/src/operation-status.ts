/**
 * Whether a value belongs to real life, to a drill, or to a test of the equipment. It travels with every value from report to
 * message and cannot be lost on the way (product promise 7). The types of readings, transitions, messages, deliveries and channels carry it, so
 * that the compiler refuses to hand the words of a drill to real life; what comes from a disk has any of them until it was looked at (`carries`).
 */
export type OperationStatus = 'actual' | 'exercise' | 'test';
