import ipaddr from 'ipaddr.js';

/**
 * The network that counts as one client: an IPv4 address, or the /64 of an IPv6 address, since
 * that is what the smallest customer gets (RFC 6177) and a host takes a new address of at will.
 */
export function networkOf(address: string | null): string {
  if (address === null || !ipaddr.isValid(address)) return 'unknown';
  // An IPv4 client of a socket that speaks both is ::ffff:192.0.2.1 in IPv6.
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  const prefix = parsed.parts.slice(0, 4).map((part) => part.toString(16));
  return `${prefix.join(':')}::/64`;
}
