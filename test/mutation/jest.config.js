import whole from '../../jest.config.js';

const unit = whole.projects.find(({ displayName }) => displayName === 'unit');

/** The unit tests of the decisions alone, set up as in the whole run. */
export default {
  ...unit,
  rootDir: '../..',
  testMatch: ['<rootDir>/libs/core/**/*.spec.ts'],
  testTimeout: whole.testTimeout,
};
