/**
 * Whether a value belongs to real life, to a drill, or to a test of the equipment. It travels with every value from report to
 * message and cannot be lost on the way (product promise 7).
 */
export type OperationStatus = 'actual' | 'exercise' | 'test';
