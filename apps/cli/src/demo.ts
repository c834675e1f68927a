import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { LineMenu } from '#channels/line';
import { Fleet, readScenario } from '#firmware-sim';
import { LinePlatform } from '#outside/line-platform';
import { MailCatcher } from '#outside/mail-catcher';
import { describeProblems, loadPlaybook } from '#playbook';
import { type Command, complain, print, UsageError } from './command.ts';
import { isPerson, linePhones, populate } from './demo-city.ts';
import { showCodes } from './demo-codes.ts';

/** Ports people know; when one is taken the system chooses another, and what is printed is true. */
const PORTS = { http: 8080, mqtt: 1883, phones: 8081, mailbox: 8082, codes: 8083, inbound: 2525 } as const;
/** To which residents of the sample city send an empty mail. */
const ENTRY = 'entry@mihon.example.jp';
/** A cold start on a slow machine; the service says itself what it waits for. */
const READY_MS_MAX = 60_000;

export const demo: Command = {
  name: 'demo',
  summary: 'a sample city with a flood and a festival: gauges, alerts, phones, mailboxes and the page',
  help: `Usage: npm run demo [-- --data <folder>] [--for <seconds>]

Starts the service with the sample city, simulated devices on real MQTT, and what lies outside: a LINE
platform whose page shows residents' phones, and a mail relay whose page shows their mailboxes. Everything
stays on this machine. The data folder (data/demo) is kept: a second start goes on where the first one ended.

Example:
  npm run demo -- --for 90`,
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { data: { type: 'string' }, for: { type: 'string' } } });
    const seconds = values.for === undefined ? null : Number(values.for);
    if (seconds !== null && !(seconds > 0)) throw new UsageError('--for takes a number of seconds.');
    const root = resolve(import.meta.dirname, '../../../..');
    return runDemo({ root, data: resolve(values.data ?? join(root, 'data', 'demo')), seconds });
  },
};

async function runDemo({
  root,
  data,
  seconds,
}: {
  readonly root: string;
  readonly data: string;
  readonly seconds: number | null;
}): Promise<number> {
  const startedAt = performance.now();
  const playbookFolder = join(root, 'infra', 'playbooks', 'mihon');
  const { playbook, problems } = await loadPlaybook(playbookFolder);
  if (!playbook) {
    complain(describeProblems(problems, playbookFolder));
    return 1;
  }
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const { keys, passwords, secrets, lineToken, lineSecret } = await populate(data, playbook);

  const closing: (() => Promise<unknown>)[] = [];
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const line = await LinePlatform.start({
      port: await portFor(PORTS.phones),
      token: lineToken,
      secret: lineSecret,
      accountName: '見本市 防災',
      places: playbook.shelters.map(({ name, lat, lon }) => ({ name: `${name}の前`, lat, lon })),
    });
    closing.push(() => line.stop());
    line.addUsers(linePhones());
    const mail = await MailCatcher.start({ smtpPort: 0, httpPort: await portFor(PORTS.mailbox) });
    closing.push(() => mail.stop());

    const codes = await showCodes({ passwords, secrets }, await portFor(PORTS.codes));
    closing.push(() => codes.stop());

    const http = await portFor(PORTS.http);
    const mqtt = await portFor(PORTS.mqtt);
    const inbound = await portFor(PORTS.inbound);
    const service = startService(root, data, {
      SONAE_PLAYBOOK: playbookFolder,
      SONAE_DATA: data,
      SONAE_HTTP_PORT: String(http),
      SONAE_MQTT_PORT: String(mqtt),
      SONAE_LINE_TOKEN: lineToken,
      SONAE_LINE_API: line.url,
      SONAE_LINE_SECRET: lineSecret,
      SONAE_SMTP_URL: mail.smtpUrl,
      SONAE_MAIL_FROM: '見本市防災 <bosai@mihon.example.jp>',
      SONAE_MAIL_INBOUND_PORT: String(inbound),
    });
    closing.push(() => ended(service));
    service.once('exit', stop);
    await ready(http, service, stopping.signal);
    if (stopping.signal.aborted) return 1;

    mail.offerEntry({ port: inbound, address: ENTRY });
    line.tellAccountAt(`http://127.0.0.1:${http}/webhooks/line`);
    await installMenu(line.url, lineToken, root);
    const fleet = await Fleet.start({
      broker: `mqtt://127.0.0.1:${mqtt}`,
      keys,
      scenario: await readScenario(join(root, 'firmware-sim', 'scenarios', 'demo.yaml')),
    });
    closing.push(() => fleet.close());
    print(welcome({ http, line: line.url, mail: mail.url, codes: codes.url, passwords, devices: fleet.figures.devices, data }));

    void tellFirsts(line, mail, startedAt, stopping.signal);
    await (seconds === null ? once(stopping.signal, 'abort') : Promise.race([once(stopping.signal, 'abort'), sleep(seconds * 1000)]));
    if (service.exitCode !== null && service.exitCode !== 0) {
      complain(`the service ended with status ${service.exitCode}; its log is ${logFile(data)}`);
      return 1;
    }
    const { acknowledged, waiting } = fleet.figures;
    print(
      `\nstopping: ${acknowledged} reports acknowledged, ${waiting} waiting in devices; ${line.requests.length} requests to LINE, ${mail.mails.length} mails. npm run demo goes on from here.`,
    );
    return 0;
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}

/** The menu under every talk, as a city installs it. */
async function installMenu(apiBase: string, token: string, root: string): Promise<void> {
  const menu = new LineMenu({ token, apiBase });
  await menu.install(readFileSync(join(root, 'infra', 'line', 'rich-menu.png')));
  await menu.close();
}

const logFile = (data: string): string => join(data, 'service.log');

function startService(root: string, data: string, settings: Readonly<Record<string, string>>): ChildProcess {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SONAE_')));
  const program = join(dirname(import.meta.dirname), '..', 'standalone', 'src', 'main.js');
  const child = spawn(process.execPath, [program], {
    cwd: root,
    env: { ...own, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(logFile(data), { flags: 'a' });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  return child;
}

/** Asks the service to end and waits; a child that a terminal's Ctrl-C reached first is ending already. */
async function ended(service: ChildProcess): Promise<void> {
  if (service.exitCode !== null || service.signalCode !== null) return;
  service.kill('SIGTERM');
  await once(service, 'exit');
}

async function ready(port: number, service: ChildProcess, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_MS_MAX;
  while (!signal.aborted && service.exitCode === null) {
    if (await answers(`http://127.0.0.1:${port}/readyz`)) return;
    if (performance.now() > deadline) throw new Error(`the service was not ready within ${READY_MS_MAX / 1000} s`);
    await sleep(100);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

/** The port people know, or any free one when somebody else has it. */
async function portFor(known: number): Promise<number> {
  for (const port of [known, 0]) {
    const server = createServer();
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : known;
    } catch {
      // Taken: the next candidate.
    } finally {
      server.close();
    }
  }
  throw new Error('no free port');
}

function welcome({
  http,
  line,
  mail,
  codes,
  passwords,
  devices,
  data,
}: {
  readonly http: number;
  readonly line: string;
  readonly mail: string;
  readonly codes: string;
  readonly passwords: Readonly<Record<string, string>>;
  readonly devices: number;
  readonly data: string;
}): string {
  const signIns = Object.entries(passwords).map(([name, password]) => `${name} / ${password}`);
  return `
  見本市 is running: ${devices} devices, a river that rises, a festival that fills.

  headquarters   http://localhost:${http}/hq/      sign in: ${signIns.join('   or   ')}
  residents      http://localhost:${http}/         the orders in force, where the links in messages lead
  codes          ${codes}/            the six digits to sign in with, as an authenticator app would show them
  phones         ${line}/            what residents read and write on LINE
  mailboxes      ${mail}/            what arrives by mail; send an empty mail to ${ENTRY} there
  API            http://localhost:${http}/api       metrics: http://localhost:${http}/metrics

  Data and the service's log are in ${data}. Ctrl-C stops; the next start goes on from here.
`;
}

/** Says when the first words reached a phone and a mailbox. */
async function tellFirsts(line: LinePlatform, mail: MailCatcher, startedAt: number, signal: AbortSignal): Promise<void> {
  const since = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s after start`;
  let phone = false;
  let mailbox = false;
  while (!signal.aborted && !(phone && mailbox)) {
    if (!phone && line.users.some(({ userId }) => isPerson(userId) && line.inboxOf(userId).length > 0)) {
      phone = true;
      print(`  first alert on a phone ${since()}`);
    }
    if (!mailbox && mail.mails.some(({ to }) => to.some(isPerson))) {
      mailbox = true;
      print(`  first alert in a mailbox ${since()}`);
    }
    await sleep(100);
  }
}
