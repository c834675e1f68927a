import { globSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { commonTokens, declareFactoryPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';

// Jest's own parts, as Jest would hand them to a test.
const fromJest = createRequire(createRequire(import.meta.url).resolve('jest'));
const fromCore = createRequire(fromJest.resolve('@jest/core'));
const fromCircus = createRequire(createRequire(fromCore.resolve('jest-config')).resolve('jest-circus'));
const { expect } = createRequire(fromCircus.resolve('@jest/expect'))('expect');
const { bind } = fromCircus('jest-each');
const { ModernFakeTimers } = createRequire(fromCircus.resolve('jest-runtime'))('@jest/fake-timers');
const { ModuleMocker } = createRequire(fromCircus.resolve('jest-runtime'))('jest-mock');

const GLOBALS_URL = 'mutation:jest-globals';
const GLOBALS_SOURCE = 'export const { describe, it, test, expect, jest, beforeEach, afterEach } = globalThis;';

/**
 * Runs the specs of the decisions inside Stryker's own process, where a mutant costs milliseconds: Jest loads every module anew for each of
 * thousands of mutants, and the whole of `libs/core` took hours. A spec that remembers something across tests cannot mislead it: whoever
 * killed a mutant is asked again without it, and if he still fails, everything is loaded anew and the mutant has its turn once more.
 */
class InProcessRunner {
  #namespace;
  #specs;
  #generation = 0;
  #tests = null;

  constructor({ specs }) {
    globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {};
    this.#namespace = globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE];
    this.#specs = specs;
    const here = pathToFileURL(`${process.cwd()}/`).href;
    registerHooks({
      resolve: (specifier, context, next) => {
        // A module of its own for each spec and each loading, or all would declare their tests where the first one did.
        if (specifier === '@jest/globals') return { url: `${GLOBALS_URL}?${context.parentURL}`, format: 'module', shortCircuit: true };
        const found = next(specifier, context);
        const isOurs = found.url.startsWith(here) && !found.url.includes('/node_modules/');
        return isOurs ? { ...found, url: `${found.url.split('?')[0]}?generation=${this.#generation}` } : found;
      },
      load: (url, context, next) =>
        url.startsWith(GLOBALS_URL) ? { format: 'module', source: GLOBALS_SOURCE, shortCircuit: true } : next(url, context),
    });
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun() {
    this.#namespace.activeMutant = undefined;
    this.#tests = await this.#load(this.#specs);
    const tests = [];
    for (const test of this.#tests) {
      this.#namespace.currentTestId = test.id;
      const failureMessage = await failureOf(test);
      const result = { id: test.id, name: test.id, fileName: test.fileName, timeSpentMs: test.ms };
      tests.push(
        failureMessage === null ? { ...result, status: TestStatus.Success } : { ...result, status: TestStatus.Failed, failureMessage },
      );
    }
    this.#namespace.currentTestId = undefined;
    return { status: DryRunStatus.Complete, tests, mutantCoverage: this.#namespace.mutantCoverage };
  }

  async mutantRun(options) {
    if (options.mutantActivation === 'static') return this.#staticVerdict(options);
    this.#tests ??= await this.#load(this.#specs);
    const first = await this.#verdict(this.#tests, options);
    if (first.status !== MutantRunStatus.Killed) return first;

    const killer = this.#tests.find(({ id }) => id === first.killedBy[0]);
    if ((await failureOf(killer)) === null) return first;
    const second = await this.#verdict(await this.#load(this.#specs), options);
    this.#tests = null;
    return second;
  }

  /** Of code that runs while it is loaded: everything is loaded anew with the mutant, one spec after the other, until one notices. */
  async #staticVerdict(options) {
    this.#tests = null;
    const { activeMutant, sandboxFileName } = options;
    const isBeside = (fileName) => fileName === besideOf(sandboxFileName);
    let nrOfTests = 0;
    try {
      this.#generation += 1;
      for (const fileName of this.#specs.toSorted((a, b) => Number(isBeside(b)) - Number(isBeside(a)))) {
        this.#namespace.activeMutant = activeMutant.id;
        const verdict = await this.#verdict(await this.#load([fileName], { anew: false }), options);
        nrOfTests += verdict.nrOfTests ?? 0;
        if (verdict.status !== MutantRunStatus.Survived) return verdict;
      }
      return { status: MutantRunStatus.Survived, nrOfTests };
    } catch (error) {
      // A mutant with which a spec cannot even be loaded fails every test of it.
      return { status: MutantRunStatus.Killed, killedBy: ['loading'], failureMessage: String(error), nrOfTests };
    } finally {
      this.#namespace.activeMutant = undefined;
    }
  }

  async #verdict(tests, { activeMutant, sandboxFileName, testFilter, hitLimit }) {
    const namespace = this.#namespace;
    namespace.hitCount = hitLimit === undefined ? undefined : 0;
    namespace.hitLimit = hitLimit;
    namespace.activeMutant = activeMutant.id;
    try {
      const wanted = testFilter && new Set(testFilter);
      let nrOfTests = 0;
      // Whoever is likely to notice comes first: the spec beside the code, then the quick ones.
      const isBeside = ({ fileName }) => fileName === besideOf(sandboxFileName);
      const asked = tests
        .filter((test) => !wanted || wanted.has(test.id))
        .toSorted((a, b) => Number(isBeside(b)) - Number(isBeside(a)) || a.ms - b.ms);
      for (const test of asked) {
        nrOfTests += 1;
        const failureMessage = await failureOf(test);
        if (namespace.hitCount > hitLimit) return { status: MutantRunStatus.Timeout, reason: 'hit limit reached' };
        if (failureMessage !== null) return { status: MutantRunStatus.Killed, killedBy: [test.id], failureMessage, nrOfTests };
      }
      return { status: MutantRunStatus.Survived, nrOfTests };
    } finally {
      namespace.activeMutant = undefined;
      namespace.hitCount = undefined;
    }
  }

  async #load(specs, { anew = true } = {}) {
    if (anew) this.#generation += 1;
    const tests = [];
    for (const fileName of specs) {
      Object.assign(globalThis, collectInto(tests, fileName));
      await import(pathToFileURL(fileName).href);
    }
    return tests;
  }
}

const besideOf = (fileName) => fileName.replace(/\.ts$/, '.spec.ts');

/** The functions that a spec finds as globals; what it declares with them is put into `tests`, each under a name of its own. */
function collectInto(tests, fileName) {
  let scope = { name: fileName.split('/').at(-1), before: [], after: [] };
  const taken = new Map();
  const describe = (name, block) => {
    const outer = scope;
    scope = { name: `${outer.name} ${name}`, before: [...outer.before], after: [...outer.after] };
    block();
    scope = outer;
  };
  const it = (name, run) => {
    const fullName = `${scope.name} ${name}`;
    const count = (taken.get(fullName) ?? 0) + 1;
    taken.set(fullName, count);
    tests.push({ id: count === 1 ? fullName : `${fullName} (${count})`, fileName, run, scope, ms: 0 });
  };
  describe.each = bind(describe, false);
  it.each = bind(it, false);
  const beforeEach = (run) => void scope.before.push(run);
  const afterEach = (run) => void scope.after.push(run);
  const timers = new ModernFakeTimers({ config: { rootDir: process.cwd(), fakeTimers: {} }, global: globalThis });
  const mocker = new ModuleMocker(globalThis);
  const jest = {
    fn: mocker.fn.bind(mocker),
    spyOn: mocker.spyOn.bind(mocker),
    useFakeTimers: () => timers.useFakeTimers(),
    useRealTimers: () => timers.useRealTimers(),
    advanceTimersByTimeAsync: (ms) => timers.advanceTimersByTimeAsync(ms),
  };
  return { describe, it, test: it, expect, beforeEach, afterEach, jest };
}

/** What a test has to complain about, null for nothing. */
async function failureOf(test) {
  const { run, scope, id } = test;
  const startedAt = performance.now();
  try {
    expect.setState({ currentTestName: id, assertionCalls: 0, expectedAssertionsNumber: null, isExpectingAssertions: false });
    for (const before of scope.before) await before();
    try {
      await run();
    } finally {
      for (const after of scope.after) await after();
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    test.ms = performance.now() - startedAt;
  }
}

const runnerOf = (options) => {
  const { specs, leftOut } = options.inProcess;
  const all = globSync(specs, { cwd: process.cwd(), exclude: leftOut });
  return new InProcessRunner({ specs: all.toSorted().map((path) => resolve(path)) });
};
runnerOf.inject = tokens(commonTokens.options);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'in-process', runnerOf)];
