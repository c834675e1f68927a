import { masked, withoutAddresses } from './masked.ts';

const HANA = 'hana.yamada@mail.example.jp';
const U1 = `U${'0a'.repeat(16)}`;

describe('an address that is shown', () => {
  it.each([
    [U1, 'U0…0a0a'],
    [HANA, 'h…@mail.example.jp'],
    ['short', '…'],
  ])('%s is %s', (address, shown) => {
    expect(masked(address)).toBe(shown);
  });
});

describe('S39 an answer without the addresses it was about', () => {
  it.each<[string, readonly string[], string]>([
    [`550 5.1.1 <${HANA}>: Recipient address rejected`, [HANA], '550 5.1.1 <h…@mail.example.jp>: Recipient address rejected'],
    ['550 <Hana.Yamada@Mail.Example.JP> unknown', [HANA], '550 <h…@mail.example.jp> unknown'],
    ['User hana.yamada unknown; hana.yamada2 is somebody else', [HANA], 'User h… unknown; hana.yamada2 is somebody else'],
    ['bounced from hana.yamada=mail.example.jp@forward.example', [HANA], 'bounced from h…=mail.example.jp@forward.example'],
    // The text was cut off at its bound, in the middle of the address.
    ['550 5.1.1 no such mailbox <hana.yam', [HANA], '550 5.1.1 no such mailbox <…'],
    [`400 The property, 'to[1]', is invalid: ${U1}`, [`U${'1b'.repeat(16)}`, U1], `400 The property, 'to[1]', is invalid: U0…0a0a`],
    // What names nobody stays as it is, also when an address is made of everybody's words.
    ['450 4.2.1 try me later, info follows', ['me@a.jp', 'info@a.jp'], '450 4.2.1 try me later, info follows'],
    ['<identity@city.example.jp> 250 2.0.0 Ok: queued as 4F', [HANA], '<identity@city.example.jp> 250 2.0.0 Ok: queued as 4F'],
    ['a+b*c@x.jp said no to A+B*C@X.JP', ['a+b*c@x.jp'], 'a…@x.jp said no to a…@x.jp'],
    ['', [HANA], ''],
  ])('%j', (text, addresses, clean) => {
    expect(withoutAddresses(text, addresses)).toBe(clean);
  });

  it('stands every character that an address may have', () => {
    for (const character of '!#$%&\'*+/=?^_`{|}~-.\\()[]<>,;: "é山') {
      const address = `hana${character}yamada@mail.example.jp`;
      expect(withoutAddresses(`450 4.2.0 <${address}>: try later`, [address])).toBe('450 4.2.0 <h…@mail.example.jp>: try later');
      expect(withoutAddresses(`no mailbox hana${character}yamada here`, [address])).toBe('no mailbox h… here');
    }
  });
});
