import { nodeObjection } from '#core';
import { complain, print, UsageError } from './terminal.ts';
import type { Work } from './work.ts';

const objection = nodeObjection();
if (objection !== null) {
  complain(objection);
  process.exit(1);
}

const WORKS: Readonly<Record<string, () => Promise<Work>>> = {
  ingest: async () => (await import('./ingest.ts')).ingest,
  latency: async () => (await import('./latency.ts')).latency,
  rules: async () => (await import('./rules.ts')).rules,
  replay: async () => (await import('./replay.ts')).replay,
  fanout: async () => (await import('./fanout.ts')).fanout,
  idle: async () => (await import('./idle.ts')).idle,
};

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    print(await overview());
    return name === undefined ? 1 : 0;
  }
  const load = WORKS[name];
  if (!load) {
    complain(
      `bench: there is no work ${name}. The works are ${Object.keys(WORKS).join(', ')}; npm run bench -- --help tells what they do.`,
    );
    return 1;
  }
  const work = await load();
  if (args.includes('--help') || args.includes('-h')) {
    print(work.help);
    return 0;
  }
  try {
    return await work.run(args);
  } catch (cause) {
    const misread = cause instanceof UsageError || (cause instanceof TypeError && 'code' in cause);
    complain(`bench ${name}: ${cause instanceof Error ? cause.message : String(cause)}`);
    if (misread) complain(`npm run bench -- ${name} --help shows an example.`);
    return 1;
  }
}

async function overview(): Promise<string> {
  const lines = await Promise.all(Object.entries(WORKS).map(async ([name, load]) => `  ${name.padEnd(9)}${(await load()).summary}`));
  return `Usage: npm run bench -- <work> [--json]

${lines.join('\n')}

Every work has --help with an example. It needs two quiet cores: the load comes from a process of its own.`;
}
