const base = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};

const project = (displayName, ...globs) => ({ ...base, displayName, testMatch: globs.map((glob) => `<rootDir>/${glob}`) });

/** Suites that speak HTTP with a whole service, for as long as a story lasts. */
const stories = (displayName) => ({
  ...project(displayName, `test/${displayName}/**/*.spec.ts`),
  setupFiles: ['<rootDir>/test/support/single-use-connections.ts'],
});

export default {
  maxWorkers: '100%',
  reporters: ['default', '<rootDir>/test/left-out-reporter.js'],
  // Enough for a whole service, a broker or a browser on a machine five times slower than usual and busy; suites that take longer say so themselves.
  testTimeout: 240_000,
  projects: [
    project('unit', '{libs,apps,firmware-sim}/**/*.spec.ts', 'test/*.spec.ts'),
    project('contract', 'test/contract/**/*.spec.ts'),
    stories('acceptance'),
    stories('browser'),
    project('kill', 'test/kill/**/*.spec.ts'),
    project('storm', 'test/storm/**/*.spec.ts'),
    stories('data'),
  ],
};
