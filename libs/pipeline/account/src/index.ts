export { Account, type AccountOptions, type CityFacts } from './account.ts';
