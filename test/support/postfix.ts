import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../servers.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A mail as Postfix laid it into a mailbox, with CR LF as it was on the wire. */
export interface LaidMail {
  /** The envelope's recipient, as Postfix wrote it above the mail. */
  readonly to: string;
  readonly raw: Buffer;
}

export interface PostfixSettings {
  /** Recipients that a pattern names get this answer, by `check_recipient_access`. */
  readonly refuses?: readonly { readonly pattern: string; readonly answer: string }[];
  /** Where a policy service listens that is asked about every recipient (`check_policy_service`). */
  readonly policyPort?: number;
}

/** What is missing for a Postfix on this machine, in words; null when nothing is. It hands its programs to users of its own, so it starts as root. */
export function postfixMissing(): string | null {
  if (process.getuid?.() !== 0) return 'Postfix starts as root only';
  return programOf('postfix') ? null : 'there is no Postfix: run infra/test-servers.sh';
}

const FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/bin'];
const programOf = (name: string): string | undefined => FOLDERS.map((folder) => join(folder, name)).find((file) => existsSync(file));

/** The user that mailboxes belong to: Debian's `nobody`. */
const MAILBOX_USER = 65_534;
const START_MS_MAX = 120_000;
const LOOK_MS = 50;

/** Debian's Postfix with the limits it comes with, on a free port of this machine, with a queue and mailboxes of its own. */
export class Postfix {
  readonly port: number;
  readonly #folder: ReturnType<typeof temporaryFolder>;

  private constructor(port: number, folder: ReturnType<typeof temporaryFolder>) {
    this.port = port;
    this.#folder = folder;
  }

  static async start({ refuses = [], policyPort }: PostfixSettings): Promise<Postfix> {
    const folder = temporaryFolder();
    const postfix = new Postfix(await freePort(), folder);
    // Its programs run as several users, and each has to find its way here.
    chmodSync(folder.path, 0o755);
    for (const name of ['etc', 'queue', 'data', 'boxes', 'log']) mkdirSync(folder.file(name));
    execFileSync('chown', ['postfix', folder.file('data')]);
    execFileSync('chown', [`${MAILBOX_USER}:${MAILBOX_USER}`, folder.file('boxes')]);
    writeFileSync(folder.file('etc/refuses'), refuses.map(({ pattern, answer }) => `/${pattern}/ ${answer}\n`).join(''));
    // One mailbox for all: for whom a mail is stands above it.
    writeFileSync(folder.file('etc/boxes'), '/@/ all/\n');
    writeFileSync(folder.file('etc/domains'), '/./ ours\n');
    writeFileSync(folder.file('etc/main.cf'), `${mainOf(folder.path, policyPort)}\n`);
    writeFileSync(folder.file('etc/master.cf'), `${MASTER.replace('{port}', String(postfix.port))}\n`);
    await postfix.#command('start');
    const deadline = performance.now() + START_MS_MAX;
    while (!(await answers(postfix.port))) {
      if (performance.now() > deadline) throw new Error(`Postfix did not start: ${postfix.log}`);
      await wait(LOOK_MS);
    }
    return postfix;
  }

  /** The last of what it logged. */
  get log(): string {
    const file = this.#folder.file('log/maillog');
    return existsSync(file) ? readFileSync(file, 'utf8').slice(-LOG_CHARS_MAX) : '';
  }

  /** Resolves when its queue is empty: whatever it took lies in the mailbox. */
  async delivered(withinMs: number): Promise<void> {
    const queues = ['incoming', 'active', 'deferred', 'maildrop'].map((name) => this.#folder.file(`queue/${name}`));
    for (const deadline = performance.now() + withinMs; queues.some(holdsFiles); await wait(LOOK_MS))
      if (performance.now() > deadline) throw new Error(`Postfix still has mail after ${withinMs} ms: ${this.log}`);
  }

  /** Every mail that was laid down. To be read when everything is delivered. */
  mails(): readonly LaidMail[] {
    const fresh = this.#folder.file('boxes/all/new');
    return existsSync(fresh) ? readdirSync(fresh).map((name) => laid(readFileSync(join(fresh, name), 'latin1'))) : [];
  }

  /** Takes every mail away. */
  clear(): void {
    rmSync(this.#folder.file('boxes/all'), { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    await this.#command('stop');
    this.#folder.remove();
  }

  async #command(verb: 'start' | 'stop'): Promise<void> {
    await promisify(execFile)(programOf('postfix')!, ['-c', this.#folder.file('etc'), verb]);
  }
}

const LOG_CHARS_MAX = 4_000;

const mainOf = (folder: string, policyPort: number | undefined): string =>
  Object.entries({
    compatibility_level: '3.6',
    queue_directory: `${folder}/queue`,
    data_directory: `${folder}/data`,
    maillog_file: `${folder}/log/maillog`,
    maillog_file_prefixes: folder,
    myhostname: 'relay.example.jp',
    mydestination: '',
    alias_maps: '',
    alias_database: '',
    local_recipient_maps: '',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    virtual_mailbox_domains: `regexp:${folder}/etc/domains`,
    virtual_mailbox_maps: `regexp:${folder}/etc/boxes`,
    virtual_mailbox_base: `${folder}/boxes`,
    virtual_uid_maps: `static:${MAILBOX_USER}`,
    virtual_gid_maps: `static:${MAILBOX_USER}`,
    virtual_mailbox_limit: '0',
    smtpd_recipient_restrictions: [
      `check_recipient_access regexp:${folder}/etc/refuses`,
      ...(policyPort === undefined ? [] : [`check_policy_service inet:127.0.0.1:${policyPort}`]),
      'permit_mynetworks',
      'reject',
    ].join(', '),
  })
    .map(([name, value]) => `${name} = ${value}`)
    .join('\n');

/** The programs of a relay that takes mail on one port and lays it into mailboxes; nothing leaves this machine. */
const MASTER = `
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix  n - n 60    1 pickup
cleanup   unix  n - n -     0 cleanup
qmgr      unix  n - n 300   1 qmgr
rewrite   unix  - - n -     - trivial-rewrite
bounce    unix  - - n -     0 bounce
defer     unix  - - n -     0 bounce
trace     unix  - - n -     0 bounce
verify    unix  - - n -     1 verify
proxymap  unix  - - n -     - proxymap
virtual   unix  - n n -     - virtual
error     unix  - - n -     - error
retry     unix  - - n -     - error
discard   unix  - - n -     - discard
anvil     unix  - - n -     1 anvil
scache    unix  - - n -     1 scache
postlog   unix-dgram n - n - 1 postlogd`;

/** Postfix writes the lines of a mailbox as this machine does; on the wire they ended otherwise. */
const laid = (text: string): LaidMail => ({
  to: /^Delivered-To: (.*)$/m.exec(text)?.[1] ?? '',
  raw: Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1'),
});

const holdsFiles = (folder: string): boolean =>
  existsSync(folder) && readdirSync(folder, { recursive: true, withFileTypes: true }).some((entry) => entry.isFile());

const answers = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    const end = (greeted: boolean) => {
      socket.destroy();
      done(greeted);
    };
    socket.setEncoding('utf8').once('data', (text: string) => end(text.startsWith('220')));
    socket.once('error', () => end(false));
  });
