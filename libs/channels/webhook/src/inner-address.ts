import { BlockList, isIP } from 'node:net';

/**
 * Addresses that are nobody's on the open Internet: this machine, its network, the cloud's own (169.254.169.254), and what is translated to them.
 * IANA special-purpose registries (RFC 6890 and its updates).
 */
const INNER_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
const INNER_V6 = [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const;

const inner = new BlockList();
for (const [net, bits] of INNER_V4) inner.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of INNER_V6) inner.addSubnet(net, bits, 'ipv6');

/** Whether an IP address lies inside; also anything that is none. An IPv4 address written as IPv6 is judged as the IPv4 address. */
export function isInnerAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  const family = isIP(plain);
  return family === 0 || inner.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

/** The other side turned out to lie inside our own network. */
export class InnerAddress extends Error {
  override readonly name = 'InnerAddress';
}
