import { describe, expect, it } from '@jest/globals';
import { freshSecrets, KeyRing } from '#keys';
import { mailIdentity } from './delivery.ts';
import { bounceAddressOf, inboundPlaceOf } from './inbound-mail.ts';
import { isMailAddress } from './mail-address.ts';
import { identityOfReturnToken, returnTokenOf } from './return-token.ts';

const keys = new KeyRing(freshSecrets());
const IDENTITY = mailIdentity('a');

describe('the token that a mail comes back to', () => {
  it('names the mail to us, also when a relay changed its letters', () => {
    for (let n = 0; n < 1_000; n += 1) {
      const identity = mailIdentity(`${n}`);
      expect(identityOfReturnToken(keys, returnTokenOf(keys, identity))).toBe(identity);
    }
    expect(identityOfReturnToken(keys, returnTokenOf(keys, IDENTITY).toUpperCase())).toBe(IDENTITY);
  });

  it('stands in an address that fits, and is found in it', () => {
    const token = returnTokenOf(keys, IDENTITY);
    const address = bounceAddressOf(token, 'in.city.example.jp');
    expect([isMailAddress(address), inboundPlaceOf(address, { domain: 'in.city.example.jp', entry: 'entry' })]).toEqual([
      true,
      { kind: 'bounce', token },
    ]);
  });

  it('S16: is made up by nobody without the keys, whatever they know of the mail', () => {
    const proof = returnTokenOf(keys, IDENTITY).slice(33);
    const strangers = new KeyRing(freshSecrets());
    const wrong = [
      IDENTITY,
      `${IDENTITY}-`,
      `${IDENTITY}-${'0'.repeat(26)}`,
      `${IDENTITY}-${'v'.repeat(26)}`,
      `${IDENTITY}-${proof}0`,
      `${mailIdentity('b')}-${proof}`,
      returnTokenOf(strangers, IDENTITY),
      '',
    ];
    for (const token of wrong) expect(identityOfReturnToken(keys, token)).toBeNull();
  });
});
