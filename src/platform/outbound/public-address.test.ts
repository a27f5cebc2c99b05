import { isPublicAddress } from './public-address.js';

describe('an address of the public internet', () => {
  it.each(['1.1.1.1', '203.0.114.1', '100.63.0.1', '172.32.0.1', '2606:4700:4700::1111'])(
    'is %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    ['this host', '0.0.0.0'],
    ['this host', '::'],
    ['this network', '0.1.2.3'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['loopback', '::1'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.0.1'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['link-local, where clouds keep metadata', '169.254.169.254'],
    ['metadata by IPv6', 'fd00:ec2::254'],
    ['protocol assignments', '192.0.0.192'],
    ['benchmarking', '198.18.0.1'],
    ['documentation', '192.0.2.1'],
    ['documentation', '2001:db8::1'],
    ['multicast', '224.0.0.1'],
    ['multicast', 'ff02::1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['IPv4 mapped', '::ffff:127.0.0.1'],
    ['IPv4 mapped, in hexadecimal', '::ffff:7f00:1'],
    ['IPv4 mapped, public', '::ffff:1.1.1.1'],
    ['IPv4 compatible', '::127.0.0.1'],
    ['IPv4 compatible, in hexadecimal', '::7f00:1'],
    ['IPv4 translated', '::ffff:0:127.0.0.1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['NAT64, local', '64:ff9b:1::7f00:1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001:0:7f00:1::'],
    ['unique local', 'fc00::1'],
    ['site-local', 'fec0::1'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['public with a zone of a loopback', '::1%lo'],
    ['discard', '100::1'],
    ['assigned to nobody', '4000::1'],
    ['no address', 'localhost'],
    ['no address', '127.1'],
    ['no address', ''],
  ])('is not %s: %s', (_what, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
