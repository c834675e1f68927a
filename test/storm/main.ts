import { parseArgs } from 'node:util';
import { tell } from './telling.ts';

/** `npm run storm -- --seed N [--steps M] [--seeds K]`: exit 1 when a seed fails, after its story was told. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '60' },
    seeds: { type: 'string', default: '1' },
  },
});
const [first, steps, seeds] = [values.seed, values.steps, values.seeds].map(Number) as [number, number, number];
if (![first, steps, seeds].every((value) => Number.isSafeInteger(value) && value >= 0)) {
  console.error('usage: npm run storm -- --seed N [--steps M] [--seeds K], whole numbers');
  process.exit(2);
}
process.exitCode = (await tell({ first, steps, seeds, print: (line) => console.log(line) })) ? 0 : 1;
