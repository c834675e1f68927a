import { describe, expect, it } from '@jest/globals';
import { bounceAddressOf, inboundPlaceOf, isAutomatic, isMachineAnswer, leaveAddressOf } from './inbound-mail.ts';

const PLACES = { domain: 'mail.city.example.jp', entry: 'entry' };
const IDENTITY = '0123456789abcdef0123456789abcdef';
const RETURN = `${IDENTITY}-0123456789abcdefghijklmnuv`;

describe('inboundPlaceOf', () => {
  const rows: readonly [string, object | null][] = [
    ['entry@mail.city.example.jp', { kind: 'entry' }],
    ['Entry@Mail.City.Example.JP', { kind: 'entry' }],
    [bounceAddressOf(RETURN, PLACES.domain), { kind: 'bounce', token: RETURN }],
    [bounceAddressOf(RETURN, PLACES.domain).toUpperCase(), { kind: 'bounce', token: RETURN }],
    [bounceAddressOf(IDENTITY, PLACES.domain), null],
    [leaveAddressOf(`17-${IDENTITY}`, PLACES.domain), { kind: 'leave', token: `17-${IDENTITY}` }],
    ['entry@city.example.jp', null],
    ['entry@evil.mail.city.example.jp', null],
    ['entry%evil.jp@mail.city.example.jp', null],
    ['entry@evil.jp@mail.city.example.jp', null],
    ['postmaster@mail.city.example.jp', null],
    ['b-0123@mail.city.example.jp', null],
    [`u-0-${IDENTITY}@mail.city.example.jp`, null],
    [`u-${IDENTITY}@mail.city.example.jp`, null],
    ['@mail.city.example.jp', null],
    ['entry', null],
    ['', null],
  ];
  it.each(rows)('%s: %j', (address, place) => {
    expect(inboundPlaceOf(address, PLACES)).toEqual(place);
  });
});

describe('isMachineAnswer', () => {
  it.each([
    ['auto-submitted', 'auto-replied', true],
    ['auto-submitted', ' Auto-Replied (vacation)', true],
    ['auto-submitted', 'auto-generated', false],
    ['auto-submitted', 'no', false],
    ['subject', 'auto-replied', false],
  ])('%s: %s', (key, value, is) => {
    expect(isMachineAnswer({ fields: [{ key, value }] })).toBe(is);
  });
});

describe('isAutomatic', () => {
  const rows: readonly [string, string, readonly [string, string][], boolean][] = [
    ['a person', 'hana@docomo.example.jp', [['subject', '']], false],
    ['a handset with dots before the @', 'a..b.@docomo.example.jp', [], false],
    ['a person whose program says so', 'hana@example.jp', [['auto-submitted', 'no']], false],
    ['a person whose program says so, with a remark', 'hana@example.jp', [['auto-submitted', 'no; by hand']], false],
    ['an ordinary precedence', 'hana@example.jp', [['precedence', 'normal']], false],
    ['the null sender', '', [], true],
    ['an answering machine', 'hana@example.jp', [['auto-submitted', 'auto-replied']], true],
    ['a machine', 'hana@example.jp', [['auto-submitted', ' Auto-Generated ']], true],
    ['bulk', 'hana@example.jp', [['precedence', 'Bulk']], true],
    ['a list', 'hana@example.jp', [['precedence', 'list']], true],
    ['junk', 'hana@example.jp', [['precedence', 'junk']], true],
    ['a list by its name', 'hana@example.jp', [['list-id', '<a.b>']], true],
    ['an answering machine of an office', 'hana@example.jp', [['x-auto-response-suppress', 'All']], true],
    ['a mail server', 'MAILER-DAEMON@example.jp', [], true],
    ['ourselves', 'Entry@mail.city.example.jp', [], true],
    ['the address of a bounce of ours', bounceAddressOf(RETURN, PLACES.domain), [], true],
    ['somebody who works for the city', 'sato@mail.city.example.jp', [], false],
    ['F60: an address that could be read in two ways', 'u@a.jp>\r\nRCPT TO:<e@x.jp', [], true],
    ['F60: no address', 'hana', [], true],
  ];
  it.each(rows)('%s (%j)', (_, sender, fields, automatic) => {
    expect(isAutomatic({ sender, fields: fields.map(([key, value]) => ({ key, value })) }, PLACES)).toBe(automatic);
  });
});
