import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What they promise is asked of every adapter by the contract suites; of their own they have the names of their errors. */
const PORTS = ['accounts', 'channel', 'clock', 'directory', 'ledger', 'quarantine', 'reading-history', 'reading-log'];

/**
 * Mutation tests of the decisions: each expression of `libs/core` is changed in turn, and a unit test beside it has to notice.
 * Plain types have nothing to change and drop out by themselves.
 */
export default {
  mutate: ['libs/core/src/**/*.ts', '!**/*.spec.ts', `!libs/core/src/{${PORTS.join(',')}}.ts`],
  testRunner: 'in-process',
  plugins: [import.meta.resolve('./in-process-runner.js')],
  inProcess: {
    specs: 'libs/core/src/*.spec.ts',
    // Thousands of random histories: seconds for each mutant that survives, and what they notice the tables notice first.
    leftOut: ['libs/core/src/lateness.spec.ts'],
  },
  testRunnerNodeArgs: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
  coverageAnalysis: 'perTest',
  // The mutants live in a copy, which needs no more than the libraries and what their tests are built from.
  ignorePatterns: ['**', '!package.json', '!tsconfig.json', '!libs/**', '!test/mutation/**', '!test/support/**'],
  tempDirName: join(tmpdir(), 'sonae-mutation'),
  cleanTempDir: 'always',
  concurrency: 2,
  // Node keeps every module that it ever loaded, and whatever a mutant broke is loaded anew: a process begins again before that is much.
  maxTestRunnerReuse: 500,
  // A mutant that loops is ended by its count of hits; the rest is patience with a machine that others use too.
  timeoutMS: 10_000,
  disableTypeChecks: false,
  reporters: ['clear-text', 'progress', 'json'],
  jsonReporter: { fileName: 'coverage/mutation.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 90, low: 80, break: 80 },
};
