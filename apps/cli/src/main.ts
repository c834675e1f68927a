import { nodeObjection } from '#core';
import { type Command, complain, print, UsageError } from './command.ts';

const objection = nodeObjection();
if (objection !== null) {
  complain(objection);
  process.exit(1);
}

// Loaded by name, so that `sonae check` does not pay for a broker and a web server.
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import('./check.ts')).check,
  test: async () => (await import('./test.ts')).testCommand,
  replay: async () => (await import('./replay.ts')).replayCommand,
  preview: async () => (await import('./preview.ts')).preview,
  explain: async () => (await import('./explain.ts')).explain,
  device: async () => (await import('./device.ts')).device,
  user: async () => (await import('./user.ts')).user,
  audit: async () => (await import('./audit.ts')).audit,
  export: async () => (await import('./export.ts')).exportCommand,
  keys: async () => (await import('./keys.ts')).keys,
  subscriber: async () => (await import('./subscriber.ts')).subscriber,
  heartbeat: async () => (await import('./heartbeat.ts')).heartbeat,
  backup: async () => (await import('./backup.ts')).backupCommand,
  restore: async () => (await import('./backup.ts')).restoreCommand,
  line: async () => (await import('./line.ts')).line,
  webhook: async () => (await import('./outlet.ts')).webhook,
  relay: async () => (await import('./outlet.ts')).relay,
  demo: async () => (await import('./demo.ts')).demo,
};

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    print(await overview());
    return name === undefined ? 1 : 0;
  }
  const load = COMMANDS[name];
  if (!load) {
    complain(`sonae: there is no command ${name}. The commands are ${Object.keys(COMMANDS).join(', ')}; sonae --help tells what they do.`);
    return 1;
  }
  const command = await load();
  if (args.includes('--help') || args.includes('-h')) {
    print(command.help);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (cause) {
    if (cause instanceof UsageError || isParseArgsError(cause)) {
      complain(`sonae ${name}: ${cause.message}\nsonae ${name} --help shows an example.`);
      return 1;
    }
    complain(`sonae ${name}: ${cause instanceof Error ? cause.message : String(cause)}`);
    return 1;
  }
}

async function overview(): Promise<string> {
  const lines = await Promise.all(Object.entries(COMMANDS).map(async ([name, load]) => `  ${name.padEnd(11)}${(await load()).summary}`));
  return `Usage: npm run sonae -- <command> …\n\n${lines.join('\n')}\n\nEvery command has --help with an example.`;
}

function isParseArgsError(cause: unknown): cause is Error {
  return cause instanceof TypeError && 'code' in cause && String(cause.code).startsWith('ERR_PARSE_ARGS');
}

// Whoever reads the pipe may have seen enough (`| head`): the rest is for nobody, and no fault.
process.stdout.on('error', (cause) => {
  if (!('code' in cause) || cause.code !== 'EPIPE') throw cause;
  process.exit();
});

process.exitCode = await main(process.argv.slice(2));
