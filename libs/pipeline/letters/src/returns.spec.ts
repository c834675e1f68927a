import { beforeEach, describe, expect, it } from '@jest/globals';
import { type ChannelName, type Delivery, mailIdentity, type RecipientNote, returnTokenOf } from '#core';
import { freshSecrets, KeyRing } from '#keys';
import { ManualClock, MemoryBounces, MemoryDirectory } from '#memory';
import { Returns } from './returns.ts';

const T0 = Date.parse('2026-07-01T23:30:00+09:00');
const HOUR = 3_600_000;
const keys = new KeyRing(freshSecrets());

let clock: ManualClock;
let bounces: MemoryBounces;
let directory: MemoryDirectory;
let returns: Returns;
let notes: RecipientNote[];
let slowed: (readonly [string, number])[];
let gone: string[];
let deliveries: Map<string, Delivery>;

const made = (): Returns =>
  new Returns({
    bounces,
    directory,
    keys,
    clock,
    ledger: {
      findDelivery: async (by) => {
        const delivery = [...deliveries.values()].find(({ id }) => 'mail' in by && mailIdentity(id) === by.mail);
        return delivery ? { number: 1, delivery } : null;
      },
      noteRecipient: async (note) => notes.push(note),
    },
    playbook: { city: { code: '', name: '', timeZone: 'Asia/Tokyo', languages: [] } },
    slowDown: (domain, until) => slowed.push([domain, until]),
    onGone: ({ recipient, channel }) => gone.push(`${recipient} ${channel}`),
  });

beforeEach(async () => {
  clock = new ManualClock(T0);
  bounces = new MemoryBounces();
  directory = new MemoryDirectory();
  [notes, slowed, gone] = [[], [], []];
  deliveries = new Map();
  returns = made();
  for (const n of [1, 2, 3, 4])
    await directory.subscribe([{ channel: 'disaster-mail', address: `p${n}@a.jp`, language: 'ja', districts: ['001'], categories: [] }]);
});

/** A mail to somebody that comes back with a status. */
async function comesBack(
  recipient: string,
  status: string,
  set: { action?: string; domain?: string; channel?: ChannelName } = {},
): Promise<void> {
  const id = `m${deliveries.size}/disaster-mail/${recipient}`;
  deliveries.set(id, {
    id,
    recipients: [recipient],
    endpoint: set.domain ?? 'a.jp',
    channel: set.channel ?? 'disaster-mail',
  } as unknown as Delivery);
  await returns.take(tokenOf(id), [{ action: set.action ?? 'failed', status }]);
}

const tokenOf = (deliveryId: string): string => returnTokenOf(keys, mailIdentity(deliveryId));
const stateOf = async (recipient: string): Promise<string | undefined> => (await directory.subscriberOf(recipient))?.state;

describe('Returns', () => {
  it('notes with the delivery that a mail came back, by number and without an address', async () => {
    await comesBack('1', '5.2.2');
    expect(notes).toEqual([
      { of: { deliveryId: 'm0/disaster-mail/1' }, state: 'bounced', at: T0, why: '受信箱がいっぱいか、止められています（5.2.2）' },
    ]);
    expect(await bounces.ofRecipient('1')).toMatchObject([{ kind: 'full', domain: 'a.jp', day: '2026-07-01' }]);
  });

  it('gives up a mailbox that is gone on two days of the city, and only then', async () => {
    await comesBack('1', '5.1.1');
    await comesBack('1', '5.1.1');
    expect(await stateOf('1')).toBe('active');
    // Half an hour later it is another day in Tokyo, and the same one in London.
    await clock.advance(HOUR / 2);
    await comesBack('1', '5.1.1');
    expect([await stateOf('1'), await stateOf('2'), gone]).toEqual(['blocked', 'active', ['1 disaster-mail']]);
  });

  it.each(['5.2.2', '4.4.7', '5.7.1', '5.4.4', ''])('gives nobody up for %s on two days', async (status) => {
    await comesBack('1', status);
    await clock.advance(24 * HOUR);
    await comesBack('1', status);
    expect([await stateOf('1'), gone]).toEqual(['active', []]);
  });

  it('never takes staff off the list: a person hears of it', async () => {
    await directory.subscribe([{ channel: 'email', address: 'duty@a.jp', language: 'ja', districts: [], categories: ['staff:duty'] }]);
    await comesBack('5', '5.1.1', { channel: 'email' });
    await clock.advance(24 * HOUR);
    await comesBack('5', '5.1.1', { channel: 'email' });
    expect([await stateOf('5'), gone]).toEqual(['active', ['5 email']]);
  });

  it('names staff without mail until their address is mended, also after a restart', async () => {
    await directory.subscribe([{ channel: 'email', address: 'duty@a.jp', language: 'ja', districts: [], categories: ['staff:duty'] }]);
    for (const recipient of ['5', '1']) await comesBack(recipient, '5.1.1', { channel: recipient === '5' ? 'email' : 'disaster-mail' });
    await clock.advance(24 * HOUR);
    expect(returns.staffTrouble()).toBeNull();
    for (const recipient of ['5', '1']) await comesBack(recipient, '5.1.1', { channel: recipient === '5' ? 'email' : 'disaster-mail' });
    expect(returns.staffTrouble()).toMatch(/1 件に届きません.*番号 5/);
    returns = made();
    await returns.review();
    expect(returns.staffTrouble()).toMatch(/1 件に届きません.*番号 5/);
    await directory.leave('email', 'duty@a.jp');
    await returns.review();
    expect(returns.staffTrouble()).toBeNull();
  });

  it('writes slowly to a domain that refuses three people within an hour, and says so until it is over', async () => {
    await comesBack('1', '5.7.1');
    await comesBack('1', '5.7.1');
    await comesBack('2', '5.7.26');
    expect([slowed, returns.trouble()]).toEqual([[], null]);
    await comesBack('3', '5.7.1');
    expect(slowed).toEqual([['a.jp', T0 + HOUR]]);
    expect(returns.trouble()).toMatch(/^a\.jp がこちらからのメールを拒んでいます/);
    expect(await stateOf('3')).toBe('active');
    await clock.advance(HOUR);
    expect(returns.trouble()).toBeNull();
  });

  it('holds a refusal of one domain against no other', async () => {
    await comesBack('1', '5.7.1', { domain: 'a.jp' });
    await comesBack('2', '5.7.1', { domain: 'b.jp' });
    await comesBack('3', '5.7.1', { domain: 'c.jp' });
    expect(slowed).toEqual([]);
  });

  it('remembers over a restart who refuses us', async () => {
    for (const recipient of ['1', '2', '3']) await comesBack(recipient, '5.7.1');
    slowed = [];
    await clock.advance(HOUR / 2);
    returns = made();
    await returns.review();
    expect(slowed).toEqual([['a.jp', T0 + HOUR]]);
    expect(returns.trouble()).not.toBeNull();
  });

  it('does not call a mail returned that is only delayed', async () => {
    await comesBack('1', '4.2.2', { action: 'delayed' });
    expect(notes).toEqual([]);
    expect(await bounces.ofRecipient('1')).toMatchObject([{ kind: 'later' }]);
  });

  it.each([
    ['an arrival', [{ action: 'delivered', status: '2.0.0' }]],
    ['a relay', [{ action: 'relayed', status: '' }]],
  ])('changes nothing for %s', async (_, reports) => {
    deliveries.set('m', { id: 'm', recipients: ['1'], endpoint: 'a.jp', channel: 'disaster-mail' } as unknown as Delivery);
    await returns.take(tokenOf('m'), reports);
    expect([notes, await bounces.ofRecipient('1')]).toEqual([[], []]);
  });

  it('takes a return that nobody can read for one', async () => {
    deliveries.set('m', { id: 'm', recipients: ['1'], endpoint: 'a.jp', channel: 'disaster-mail' } as unknown as Delivery);
    await returns.take(tokenOf('m'), []);
    expect([notes.map(({ why }) => why), await bounces.ofRecipient('1')]).toMatchObject([['届きませんでした'], [{ kind: 'unclear' }]]);
  });

  it('knows no delivery that is not ours', async () => {
    await returns.take(tokenOf('nobody'), [{ action: 'failed', status: '5.1.1' }]);
    expect([notes, gone]).toEqual([[], []]);
  });

  it('S16: believes nobody who made an address up, though they guessed of which mail', async () => {
    deliveries.set('m', { id: 'm', recipients: ['1'], endpoint: 'a.jp', channel: 'disaster-mail' } as unknown as Delivery);
    const strangers = returnTokenOf(new KeyRing(freshSecrets()), mailIdentity('m'));
    for (const day of [1, 2]) {
      for (const token of [mailIdentity('m'), strangers]) await returns.take(token, [{ action: 'failed', status: '5.1.1' }]);
      await clock.advance(day * 24 * HOUR);
    }
    expect([notes, await bounces.ofRecipient('1'), await stateOf('1')]).toEqual([[], [], 'active']);
  });

  it('finishes what a crash left undone when the mail comes again', async () => {
    const bounce = { recipient: '1', domain: 'a.jp', kind: 'gone', status: '5.1.1', at: T0 } as const;
    await bounces.keep({ ...bounce, deliveryId: 'old', day: '2026-06-30' });
    deliveries.set('m', { id: 'm', recipients: ['1'], endpoint: 'a.jp', channel: 'disaster-mail' } as unknown as Delivery);
    await bounces.keep({ ...bounce, deliveryId: 'm', day: '2026-07-01' });
    await returns.take(tokenOf('m'), [{ action: 'failed', status: '5.1.1' }]);
    expect([await stateOf('1'), notes.length]).toEqual(['blocked', 1]);
  });
});
