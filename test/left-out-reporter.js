import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Prints, as the very last lines of a test run, what could not run on this machine. The other end is `left-out.ts`. */
class LeftOutReporter {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'sonae-left-out-'));
    this.file = join(this.folder, 'lines');
    // Workers inherit the environment, and so do tests that run in this process.
    process.env['SONAE_TEST_LEFT_OUT_FILE'] = this.file;
    // Jest prints its summary after every other reporter; only the end of the process comes later.
    process.once('exit', () => {
      for (const line of this.lines()) process.stderr.write(`${line}\n`);
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** One line per suite and reason, sorted. */
  lines() {
    const lines = new Set(
      this.written().map((line) => {
        const { suite, reason } = JSON.parse(line);
        return `left out: ${suite}, ${reason}`;
      }),
    );
    return [...lines].toSorted((a, b) => a.localeCompare(b));
  }

  written() {
    try {
      return readFileSync(this.file, 'utf8').split('\n').filter(Boolean);
    } catch (error) {
      if (error.code === 'ENOENT') return []; // Everything ran.
      throw error;
    }
  }
}

// Jest takes a reporter's default export and nothing else.
// oxlint-disable-next-line import/no-default-export
export { LeftOutReporter as default };
