import { createHash } from 'node:crypto';
import { derivedUuid, extraRouteId, mailIdentity, routePartsOf } from './delivery.ts';

describe('derivedUuid', () => {
  it('is a UUID of version 8 in the layout of RFC 9562, for LINE refuses a retry key that is none', () => {
    for (const text of ['a', 'b', 'level@tama#3/1/residents/ja/line/0'])
      expect(derivedUuid(text)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('is the same for the same text and another for another', () => {
    expect(derivedUuid('a')).toBe(derivedUuid('a'));
    expect(derivedUuid('a')).not.toBe(derivedUuid('b'));
  });

  it('carries the hash of the text in every other digit', () => {
    const hash = createHash('sha256').update('a').digest('hex').slice(0, 32);
    const digits = derivedUuid('a').replaceAll('-', '');
    expect(Array.from(digits).filter((digit, i) => i !== 12 && i !== 16 && digit !== hash[i])).toEqual([]);
  });
});

describe('words beside the ordinary ones of a route', () => {
  it.each([
    ['duty', '', 'duty'],
    ['duty', 'flapping', 'duty+flapping'],
    ['duty', 'a+b', 'duty+a+b'],
  ])('are found again behind the id of the route %s: "%s"', (routeId, extra, whole) => {
    expect(extra === '' ? routeId : extraRouteId(routeId, extra)).toBe(whole);
    expect(routePartsOf({ routeId: whole })).toEqual({ routeId, extra });
  });
});

describe('mailIdentity', () => {
  it('follows from the delivery and shows nothing of it', () => {
    expect(mailIdentity('m/email/taro')).toMatch(/^[0-9a-f]{32}$/);
    expect(mailIdentity('m/email/taro')).toBe(mailIdentity('m/email/taro'));
    expect(mailIdentity('m/email/taro')).not.toBe(mailIdentity('m/email/jiro'));
  });
});
