import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MailChannel, MailTransport } from '#channels/mail';
import { SystemClock, type Transition } from '#core';
import { MemoryDirectory, MemoryLedger } from '#memory';
import { MailCatcher } from '#outside/mail-catcher';
import { Dispatch } from '#pipeline/dispatch';
import { aPlaybook } from '../support/builders.ts';
import { aRoute } from '../support/dispatch-world.ts';

jest.setTimeout(300_000);

/** Far beyond what an answer takes on a busy machine; the tar pit is deeper. */
const ATTEMPT_MS = 15_000;
const TARPIT_MS = 20_000;

let relay: MailCatcher;
let mail: MailChannel<'actual'>;
let dispatch: Dispatch<'actual'>;
let ledger: MemoryLedger;
let directory: MemoryDirectory;

beforeEach(async () => {
  relay = await MailCatcher.start({ smtpPort: 0, httpPort: 0 });
  const transport = new MailTransport({ url: relay.smtpUrl, requireTls: false, connectionsMax: 4, timeouts: { attemptMs: ATTEMPT_MS } });
  mail = new MailChannel({ name: 'disaster-mail', transport, from: '備え市 <alert@city.example.jp>', status: 'actual' });
  ledger = new MemoryLedger();
  directory = new MemoryDirectory();
  dispatch = new Dispatch({
    ledger,
    directory,
    clock: new SystemClock(),
    playbook: aPlaybook({ routes: [aRoute({ channels: ['disaster-mail'] })] }),
    render: ({ transition }) => ({ subject: `${transition.kind} ${transition.to}`, body: '水位が上がりました。', translated: true }),
    channels: [mail],
    random: () => 0,
  });
});

afterEach(async () => {
  relay.faults.tarpitMs = 0;
  await dispatch.stop();
  await mail.close();
  await relay.stop();
});

/** So many people of each domain; who they are stands before the @. */
async function peopleOf(domains: Readonly<Record<string, number>>): Promise<readonly string[]> {
  const addresses = Object.entries(domains).flatMap(([domain, count]) => Array.from({ length: count }, (_, n) => `p${n}@${domain}`));
  await directory.subscribe(
    addresses.map((address) => ({ channel: 'disaster-mail', address, language: 'ja', districts: ['001'], categories: ['flood'] })),
  );
  return addresses;
}

async function raise(): Promise<void> {
  const transition: Transition = {
    id: 'river-level@tama-03#1/1',
    alertId: 'river-level@tama-03#1',
    ruleId: 'river-level',
    gauge: 'tama-03',
    kind: 'raised',
    from: 0,
    to: 1,
    at: Date.now(),
    decidedAt: Date.now(),
    status: 'actual',
    record: { playbookVersion: 'test-1', ruleId: 'river-level', by: 'rule', verdict: '', limits: [], evidence: [] },
  };
  const hold = await ledger.seize('watch');
  await ledger.commitWatch({ hold, to: hold.position, watches: [], alerts: [], transitions: [transition] });
  dispatch.start();
  dispatch.notify();
}

const told = (addresses: readonly string[]) => (catcher: MailCatcher) => {
  const reached = new Set(catcher.mails.flatMap(({ to }) => to));
  return addresses.every((address) => reached.has(address));
};

/** How often each address got a mail, and under how many identities. */
const copies = (address: string) => {
  const mails = relay.mailsTo(address);
  return { mails: mails.length, identities: new Set(mails.map(({ messageId }) => messageId)).size };
};

describe('a warning to many mailboxes', () => {
  it('F57: reaches everybody once through a relay that greylists each of them', async () => {
    relay.faults.greylisting = true;
    const addresses = await peopleOf({ 'a.jp': 20, 'b.jp': 20 });
    await raise();
    await relay.until(told(addresses), 100_000);
    expect(addresses.map(copies)).toEqual(addresses.map(() => ({ mails: 1, identities: 1 })));
  });

  it('F57: loses nobody whose connection is lost after the mail was sent, and repeats only under the same identity', async () => {
    const addresses = await peopleOf({ 'a.jp': 20, 'b.jp': 20 });
    relay.faults.failNext(6, 'dropAfterData');
    relay.faults.failNext(6, 'dropAfterAccept');
    await raise();
    await relay.until(told(addresses), 100_000);
    while ((await ledger.queueDepths()).length > 0) await new Promise((next) => setTimeout(next, 50));
    const all = addresses.map(copies);
    expect(all.every(({ identities }) => identities === 1)).toBe(true);
    expect(all.filter(({ mails }) => mails === 2).length).toBeLessThanOrEqual(6);
    expect(all.every(({ mails }) => mails <= 2)).toBe(true);
  });

  it('F57: gets through a tar pit as soon as it lets go', async () => {
    const addresses = await peopleOf({ 'a.jp': 6 });
    relay.faults.tarpitMs = TARPIT_MS;
    await raise();
    while (!dispatch.state().some(({ name, state }) => name === 'disaster-mail' && state === 'degraded'))
      await new Promise((next) => setTimeout(next, 50));
    relay.faults.tarpitMs = 0;
    await relay.until(told(addresses), 100_000);
    expect(addresses.every((address) => copies(address).identities === 1)).toBe(true);
  });

  it('F58: a domain that refuses two thousand costs the others no more than one answer for each of theirs', async () => {
    relay.faults.answerDomain('refusing.jp', { code: 450, text: '4.7.0 Not now' });
    await peopleOf({ 'refusing.jp': 2_000 });
    const others = await peopleOf({ 'a.jp': 60, 'b.jp': 60, 'c.jp': 60 });
    await raise();
    await relay.until(told(others), 100_000);
    const last = relay.events.findLastIndex(({ verdict }) => verdict === 'kept');
    const answers = relay.events.slice(0, last + 1);
    const refusals = answers.filter(({ verdict }) => verdict === 'refused').length;
    // Twice the normal time at most: what is spent on the refusing domain is no more than on all others, and what was under way.
    expect(refusals).toBeLessThanOrEqual(others.length + mail.inFlightMax);
    expect(others.every((address) => copies(address).mails === 1)).toBe(true);
    // And when it takes mail again, it is told as well.
    relay.faults.answerDomain('refusing.jp', null);
    await relay.until(({ mails }) => mails.some(({ to }) => to.some((address) => address.endsWith('@refusing.jp'))), 100_000);
  });

  it('F57: a domain that comes back and greylists everybody is told at once, not one by one', async () => {
    relay.faults.greylisting = true;
    relay.faults.answerDomain('a.jp', { code: 450, text: '4.3.2 Not now' });
    const addresses = await peopleOf({ 'a.jp': 300 });
    await raise();
    const answers = () => relay.events.filter(({ verdict }) => verdict === 'refused').length;
    await relay.until(() => answers() > addresses.length, 100_000);
    relay.faults.answerDomain('a.jp', null);
    await relay.until(told(addresses), 100_000);
    expect(addresses.map(copies)).toEqual(addresses.map(() => ({ mails: 1, identities: 1 })));
  });

  it('F59: nobody is told in clear where TLS is required; all stay in the queue, and the duty officer sees it', async () => {
    const addresses = await peopleOf({ 'a.jp': 3 });
    const strict = new MailTransport({ url: relay.smtpUrl, requireTls: true, connectionsMax: 2 });
    const other = new MailChannel({ name: 'disaster-mail', transport: strict, from: 'alert@city.example.jp', status: 'actual' });
    const careful = new Dispatch({
      ledger,
      directory,
      clock: new SystemClock(),
      playbook: aPlaybook({ routes: [aRoute({ channels: ['disaster-mail'] })] }),
      render: () => ({ subject: '', body: '', translated: true }),
      channels: [other],
      random: () => 0,
    });
    careful.start();
    dispatch = careful;
    await raise();
    while (!careful.state().some(({ name, state }) => name === 'disaster-mail' && state === 'degraded'))
      await new Promise((next) => setTimeout(next, 50));
    expect(relay.mails).toEqual([]);
    expect((await ledger.queueDepths()).reduce((sum, { deliveries }) => sum + deliveries, 0)).toBe(addresses.length);
    await other.close();
  });
});
