import { ManualClock, MemoryAccounts } from '#memory';
import { hashPassword, passwordMatches } from './password.ts';
import { SignIn } from './sign-in.ts';

const MINUTE = 60_000;
const PASSWORD = 'correct horse';
const HOME = '192.0.2.7';

describe('signing in', () => {
  let clock: ManualClock;
  let accounts: MemoryAccounts;
  let door: SignIn;

  beforeEach(async () => {
    clock = new ManualClock(Date.parse('2026-07-01T02:00:00+09:00'));
    accounts = new MemoryAccounts();
    await accounts.addUser({ name: 'sato', role: 'duty', passwordHash: await hashPassword(PASSWORD), disabled: false, createdAt: 0 });
    door = new SignIn(accounts, clock);
  });

  const enter = async (): Promise<string> => {
    const result = await door.signIn('sato', PASSWORD, HOME);
    if (result.kind !== 'in') throw new Error(result.kind);
    return result.token;
  };

  it('stores neither password nor cookie in the clear', async () => {
    const token = await enter();
    const kept = JSON.stringify([await accounts.user('sato'), await accounts.users()]);
    expect(kept).not.toContain(PASSWORD);
    expect(await accounts.session(token)).toBeNull();
    expect(await door.whoIs(token)).toEqual({ user: 'sato', role: 'duty' });
  });

  it.each([
    ['a wrong password', 'sato', 'wrong'],
    ['an unknown name', 'kato', PASSWORD],
  ])('refuses %s in the same words', async (_, name, password) => {
    expect(await door.signIn(name, password, HOME)).toEqual({ kind: 'refused' });
  });

  it('S10 lets whoever failed five times wait, not for ever, and nobody else', async () => {
    for (let i = 0; i < 5; i += 1) await door.signIn('sato', 'wrong', HOME);
    expect(await door.signIn('sato', PASSWORD, HOME)).toMatchObject({ kind: 'wait' });
    expect(await door.signIn('sato', PASSWORD, '198.51.100.9')).toMatchObject({ kind: 'in' });
    await clock.advance(31_000);
    expect(await door.signIn('sato', PASSWORD, HOME)).toMatchObject({ kind: 'in' });
  });

  it('S10 counts tries that are made at once, and checks no more than a few of them at a time', async () => {
    const own = await Promise.all(Array.from({ length: 50 }, () => door.signIn('sato', 'wrong', HOME)));
    expect(own.filter(({ kind }) => kind === 'refused')).toHaveLength(5);
    const others = await Promise.all(Array.from({ length: 50 }, (_, i) => door.signIn(`nobody${i}`, 'wrong', HOME)));
    expect(others.filter(({ kind }) => kind === 'refused')).toHaveLength(8);
    expect(await door.signIn('kato', 'wrong', HOME)).toEqual({ kind: 'refused' });
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
    await door.signOut(first);
    expect(await door.whoIs(first)).toBeNull();
    await accounts.setUserDisabled('sato', true);
    expect(await door.whoIs(second)).toBeNull();
    expect(await door.signIn('sato', PASSWORD, HOME)).toEqual({ kind: 'refused' });
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
