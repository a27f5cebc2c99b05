import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** All that is handed out for the public internet so far (RFC 4291, 2.4 and the IANA registry). */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/**
 * Whether anybody on the internet could have this address. An IPv6 address that carries an IPv4 one
 * (mapped, NAT64, 6to4, Teredo) is never public, because where it leads depends on the network.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  // SECURITY: `::127.0.0.1`, written `::7f00:1`, has the range "unicast" and leads home.
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast);
}
