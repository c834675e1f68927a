import { endpointOf, lookupForm } from './directory.ts';

describe('an address', () => {
  it.each([
    ['line', 'U0123', 'line'],
    ['disaster-mail', 'a@Example.JP', 'example.jp'],
    ['email', ' b@example.jp ', 'example.jp'],
    ['email', 'nobody', ''],
    ['email', 'a@b>\r\nRCPT TO:<c', ''],
  ] as const)('of %s %j shares the endpoint %j', (channel, address, endpoint) => {
    expect(endpointOf(channel, address)).toBe(endpoint);
  });

  it('of mail is found however it was written, and one of LINE as it is', () => {
    expect(lookupForm('disaster-mail', ' Hana@Example.JP')).toBe(lookupForm('disaster-mail', 'hana@example.jp'));
    expect(lookupForm('line', 'Ua')).not.toBe(lookupForm('line', 'UA'));
  });
});
