export { readReadings, ReadingsUnreadable, type ReadingTable } from './readings-csv.ts';
