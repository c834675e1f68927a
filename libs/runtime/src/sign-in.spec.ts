import type { Role } from '#core';
import { freshSecrets, KeyRing } from '#keys';
import { ManualClock, MemoryAccounts, MemoryAudit } from '#memory';
import { hashPassword, passwordMatches } from './password.ts';
import { codeAt, enrolmentUri, newSecret, sealedFactor, secretOf, stepOf } from './second-factor.ts';
import { SignIn } from './sign-in.ts';

const MINUTE = 60_000;
const PASSWORD = 'correct horse';
const HOME = '192.0.2.7';

describe('signing in', () => {
  let clock: ManualClock;
  let accounts: MemoryAccounts;
  let audit: MemoryAudit;
  let door: SignIn;
  const keys = new KeyRing(freshSecrets());

  beforeEach(async () => {
    clock = new ManualClock(Date.parse('2026-07-01T02:00:00+09:00'));
    audit = new MemoryAudit();
    accounts = new MemoryAccounts(audit);
    door = new SignIn({ accounts, audit, keys, clock });
    await add('sato', 'operator');
  });

  const add = async (name: string, role: Role): Promise<void> => {
    await accounts.addUser({ name, role, passwordHash: await hashPassword(PASSWORD), disabled: false, createdAt: 0 });
  };
  const knock = (user: string, password: string, { code = '', from = HOME } = {}) => door.signIn({ user, password, code, from });
  const enter = async (): Promise<string> => {
    const result = await knock('sato', PASSWORD);
    if (result.kind !== 'in') throw new Error(result.kind);
    return result.token;
  };

  it('stores neither password nor cookie in the clear', async () => {
    const token = await enter();
    const kept = JSON.stringify([await accounts.user('sato'), await accounts.users()]);
    expect(kept).not.toContain(PASSWORD);
    expect(await accounts.session(token)).toBeNull();
    expect(await door.whoIs(token)).toEqual({ user: 'sato', role: 'operator', confirmedAt: clock.now() });
  });

  it.each([
    ['a wrong password', 'sato', 'wrong'],
    ['an unknown name', 'kato', PASSWORD],
  ])('refuses %s in the same words', async (_, name, password) => {
    expect(await knock(name, password)).toEqual({ kind: 'refused' });
  });

  it('S10 lets whoever failed five times wait, not for ever, and nobody else', async () => {
    for (let i = 0; i < 5; i += 1) await knock('sato', 'wrong');
    expect(await knock('sato', PASSWORD)).toMatchObject({ kind: 'wait' });
    expect(await knock('sato', PASSWORD, { from: '198.51.100.9' })).toMatchObject({ kind: 'in' });
    await clock.advance(31_000);
    expect(await knock('sato', PASSWORD)).toMatchObject({ kind: 'in' });
  });

  it('S10 counts tries that are made at once, and checks no more than a few of them at a time', async () => {
    const own = await Promise.all(Array.from({ length: 50 }, () => knock('sato', 'wrong')));
    expect(own.filter(({ kind }) => kind === 'refused')).toHaveLength(5);
    const others = await Promise.all(Array.from({ length: 50 }, (_, i) => knock(`nobody${i}`, 'wrong')));
    expect(others.filter(({ kind }) => kind === 'refused')).toHaveLength(8);
    expect(await knock('kato', 'wrong')).toEqual({ kind: 'refused' });
  });

  it('S11 ends a session that nobody uses for half an hour', async () => {
    const token = await enter();
    await clock.advance(29 * MINUTE);
    expect(await door.whoIs(token)).not.toBeNull();
    await clock.advance(29 * MINUTE);
    expect(await door.whoIs(token)).not.toBeNull();
    await clock.advance(31 * MINUTE);
    expect(await door.whoIs(token)).toBeNull();
  });

  it('S11 ends every session after twelve hours', async () => {
    const token = await enter();
    for (let minute = 0; minute < 12 * 60; minute += 20) {
      expect(await door.whoIs(token)).not.toBeNull();
      await clock.advance(20 * MINUTE);
    }
    await clock.advance(MINUTE);
    expect(await door.whoIs(token)).toBeNull();
  });

  it('ends at once for somebody who is disabled or signs out', async () => {
    const [first, second] = [await enter(), await enter()];
    await door.signOut(first, (await door.whoIs(first))!, HOME);
    expect(await door.whoIs(first)).toBeNull();
    await accounts.setUserDisabled('sato', true);
    expect(await door.whoIs(second)).toBeNull();
    expect(await knock('sato', PASSWORD)).toEqual({ kind: 'refused' });
  });
});

describe('the second factor', () => {
  const keys = new KeyRing(freshSecrets());
  const secret = newSecret();
  let clock: ManualClock;
  let accounts: MemoryAccounts;
  let audit: MemoryAudit;
  let door: SignIn;

  beforeEach(async () => {
    clock = new ManualClock(Date.parse('2026-07-01T02:00:10+09:00'));
    audit = new MemoryAudit();
    accounts = new MemoryAccounts(audit);
    door = new SignIn({ accounts, audit, keys, clock });
    const passwordHash = await hashPassword(PASSWORD);
    for (const role of ['viewer', 'operator', 'duty', 'decider', 'admin', 'auditor'] as const)
      await accounts.addUser({ name: role, role, passwordHash, disabled: false, createdAt: 0 });
  });

  const enrol = (user: string) => accounts.enrolSecondFactor(sealedFactor(keys, { user, secret, step: 0, enrolledAt: 0 }));
  const knock = (user: string, code = '', password = PASSWORD) => door.signIn({ user, password, code, from: HOME });
  const code = (shiftMs = 0) => codeAt(secret, clock.now() + shiftMs);

  it.each([
    ['viewer', 'in'],
    ['operator', 'in'],
    ['auditor', 'in'],
    ['duty', 'unenrolled'],
    ['decider', 'unenrolled'],
    ['admin', 'unenrolled'],
  ])('S9 asks whoever speaks to residents or gives rights: %s with a password alone is %s', async (role, kind) => {
    expect(await knock(role)).toMatchObject({ kind });
    expect(await knock(role, '', 'wrong')).toEqual({ kind: 'refused' });
  });

  it.each<[string, number, boolean]>([
    ['the present one', 0, true],
    ['the one before, for typing takes time', -30_000, true],
    ['the next one, for a phone may be fast', 30_000, true],
    ['one of a minute ago', -61_000, false],
    ['one of the next minute', 61_000, false],
  ])('S9 takes %s: %d ms', async (_, shiftMs, passes) => {
    await enrol('duty');
    expect(await knock('duty', code(shiftMs))).toMatchObject({ kind: passes ? 'in' : 'refused' });
  });

  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６', ' '])(
    'S9 refuses %j as a code, also from somebody who need not have one',
    async (wrong) => {
      await enrol('duty');
      await enrol('viewer');
      expect(await knock('duty', wrong)).toEqual({ kind: 'refused' });
      expect(await knock('viewer', wrong)).toEqual({ kind: 'refused' });
    },
  );

  it('S9 takes a code once, whoever of two is faster, and none from before it', async () => {
    await enrol('duty');
    const now = code();
    const both = await Promise.all([knock('duty', now), knock('duty', now)]);
    expect(both.map(({ kind }) => kind).toSorted()).toEqual(['in', 'refused']);
    expect(await knock('duty', code(-30_000))).toEqual({ kind: 'refused' });
    await clock.advance(30_000);
    expect(await knock('duty', code())).toMatchObject({ kind: 'in' });
  });

  it('S14 a session grows stale after 15 minutes, and the password with a code makes it fresh; a wrong code leaves it as it is', async () => {
    await enrol('decider');
    const result = await knock('decider', code());
    if (result.kind !== 'in') throw new Error(result.kind);
    await clock.advance(15 * MINUTE);
    expect(door.isFresh((await door.whoIs(result.token))!)).toBe(true);
    await clock.advance(1);
    const stale = (await door.whoIs(result.token))!;
    expect(door.isFresh(stale)).toBe(false);
    const again = (given: string) => door.renew(result.token, { user: 'decider', password: PASSWORD, code: given, from: HOME });
    expect(await again('000000')).toEqual({ kind: 'refused' });
    expect(await door.whoIs(result.token)).toEqual(stale);
    expect(await again(code())).toMatchObject({ kind: 'in' });
    expect(door.isFresh((await door.whoIs(result.token))!)).toBe(true);
  });

  it('S35 writes down who came in, who did not and why, and who left', async () => {
    await enrol('duty');
    await knock('duty', '', 'wrong');
    await knock('duty', '123');
    await knock('my secret password');
    const result = await knock('duty', code());
    if (result.kind !== 'in') throw new Error(result.kind);
    await knock('duty', code());
    await door.signOut(result.token, result.who, HOME);
    const said = (await audit.entries({ limit: 9 })).toReversed().map(({ act, by, grounds, from }) => [act, by, grounds, from]);
    expect(said).toEqual([
      ['sign-in-refused', 'duty', 'wrong password', HOME],
      ['sign-in-refused', 'duty', 'wrong code', HOME],
      ['sign-in-refused', 'unknown', 'unknown name', HOME],
      ['signed-in', 'duty', undefined, HOME],
      ['sign-in-refused', 'duty', 'code used before', HOME],
      ['signed-out', 'duty', undefined, HOME],
    ]);
    expect(JSON.stringify(await audit.entries({ limit: 9 }))).not.toContain('my secret password');
  });

  it('S35 does not let a stranger fill the disk: what is not written is counted in what is written next', async () => {
    for (let i = 0; i < 40; i += 1) await knock(`nobody${i}`);
    expect(await audit.entries({ limit: 200 })).toHaveLength(30);
    await clock.advance(MINUTE);
    await knock('one more');
    expect((await audit.entries({ limit: 1 }))[0]).toMatchObject({ act: 'sign-in-refused', after: { triesNotWrittenBefore: 10 } });
  });

  it('is stored so that the database alone makes no codes', async () => {
    await enrol('duty');
    const stored = (await accounts.secondFactor('duty'))!;
    expect(JSON.stringify(stored)).not.toContain(secret);
    expect(secretOf(keys, stored)).toBe(secret);
    expect(() => secretOf(keys, { ...stored, user: 'admin' })).toThrow('changed');
  });

  it.each([
    [59, '287082', 1],
    [1_111_111_109, '081804', 37_037_036],
    [1_234_567_890, '005924', 41_152_263],
    [20_000_000_000, '353130', 666_666_666],
  ])('gives the codes of RFC 6238 appendix B: at %d s %s', (seconds, digits, step) => {
    const ofRfc = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    expect(codeAt(ofRfc, seconds * 1000)).toBe(digits);
    expect(stepOf(ofRfc, digits, seconds * 1000)).toBe(step);
  });

  it('is told to an app with the name of the place', () => {
    expect(enrolmentUri({ user: 'sato', place: 'Sonae 見本市', secret: 'GEZDGNBVGY3TQOJQ' })).toBe(
      'otpauth://totp/Sonae%20%E8%A6%8B%E6%9C%AC%E5%B8%82:sato?secret=GEZDGNBVGY3TQOJQ&issuer=Sonae%20%E8%A6%8B%E6%9C%AC%E5%B8%82',
    );
  });
});

describe('a stored password', () => {
  it('is salted, and matches itself only', async () => {
    const [one, two] = [await hashPassword(PASSWORD), await hashPassword(PASSWORD)];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwordMatches(PASSWORD, one)).toBe(true);
    expect(await passwordMatches('correct horsf', one)).toBe(false);
    expect(await passwordMatches(PASSWORD, 'nothing like it')).toBe(false);
  });
});
