import { isInnerAddress } from './inner-address.ts';

describe('addresses inside and outside', () => {
  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.19.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1%eth0',
    'ff02::1',
    'localhost',
    '',
    '1',
    '0x7f.1',
  ])('F61 keeps away from %j', (address) => {
    expect(isInnerAddress(address)).toBe(true);
  });

  it.each(['1.1.1.1', '8.8.8.8', '172.15.0.1', '172.32.0.1', '100.128.0.1', '203.0.114.1', '::ffff:8.8.8.8', '2606:4700::1111'])(
    'may speak to %j',
    (address) => {
      expect(isInnerAddress(address)).toBe(false);
    },
  );
});
