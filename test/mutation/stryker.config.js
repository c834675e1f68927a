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
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  jest: { projectType: 'custom', configFile: 'test/mutation/jest.config.js', enableFindRelatedTests: true },
  // Jest loads ES modules only with this; Stryker hands it on to the processes that run the tests.
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  coverageAnalysis: 'perTest',
  // The mutants live in a copy, which needs no more than the libraries and what their tests are built from.
  ignorePatterns: ['**', '!package.json', '!jest.config.js', '!tsconfig.json', '!libs/**', '!test/mutation/**', '!test/support/**'],
  tempDirName: join(tmpdir(), 'sonae-mutation'),
  cleanTempDir: 'always',
  concurrency: 2,
  // Jest keeps some of every ES module that it ever loaded: after so many mutants a process holds half a gigabyte and begins anew.
  maxTestRunnerReuse: 30,
  // A mutant that loops is ended by its count of hits; the rest is patience with a machine that others use too.
  timeoutMS: 10_000,
  disableTypeChecks: false,
  reporters: ['clear-text', 'progress', 'json'],
  jsonReporter: { fileName: 'coverage/mutation.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 90, low: 80, break: 80 },
};
