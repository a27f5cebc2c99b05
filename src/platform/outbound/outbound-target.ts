import { isIP } from 'node:net';
import {
  type AllowList,
  allowsAddress,
  allowsName,
  allowsSomeNetwork,
  withoutFinalDot,
} from './allow-list.js';
import { OutboundRefused } from './outbound-error.js';
import { isPublicAddress } from './public-address.js';

/** An address to call, as it will be called: every odd spelling of a host is resolved. */
export interface OutboundTarget {
  readonly url: URL;
  /** A name in lower case without a final dot, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isAddress: boolean;
}

/** @throws OutboundRefused for what is no http or https URL without userinfo */
export function outboundTarget(text: string): OutboundTarget {
  if (!URL.canParse(text)) throw new OutboundRefused('invalid-url', 'the address is not a URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new OutboundRefused('scheme-not-allowed', 'only https is called');
  }
  const host = withoutFinalDot(url.hostname.replace(/^\[|\]$/g, ''));
  if (url.username !== '' || url.password !== '') {
    throw new OutboundRefused(
      'userinfo-not-allowed',
      `the address of ${host} holds a user name or a password: send a header instead`,
    );
  }
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return { url, host, port, isAddress: isIP(host) !== 0 };
}

/**
 * Judges where a target leads. Every address must pass, because any of them may be connected to.
 *
 * @throws OutboundRefused
 */
export function refuseUnlessAllowed(
  { url, host, port }: OutboundTarget,
  addresses: readonly string[],
  allowed: AllowList,
): void {
  const isListed = (address: string) => allowsAddress(allowed, address, port);
  const isAllowListed = allowsName(allowed, host, port) || addresses.every(isListed);
  if (url.protocol !== 'https:' && !isAllowListed) {
    throw new OutboundRefused(
      'scheme-not-allowed',
      `${host} is called over https only, unless PROMPTD_OUTBOUND_ALLOW names it`,
    );
  }
  if (isAllowListed) return;
  if (addresses.every((address) => isPublicAddress(address) || isListed(address))) return;
  throw new OutboundRefused(
    'address-not-allowed',
    `${host} leads to an address that is not public, and PROMPTD_OUTBOUND_ALLOW does not name it`,
  );
}

/** RFC 6761, 6.3: these names mean this machine everywhere. */
const localName = /(?:^|\.)localhost$/;

/**
 * Judges a target as far as can be told without a lookup, so that whoever configures it hears at once
 * of what no call will ever pass.
 *
 * @throws OutboundRefused
 */
export function refuseByItself(target: OutboundTarget, allowed: AllowList): void {
  const { url, host, port, isAddress } = target;
  if (isAddress) refuseUnlessAllowed(target, [host], allowed);
  else if (localName.test(host)) refuseUnlessAllowed(target, ['127.0.0.1'], allowed);
  else if (url.protocol !== 'https:' && !allowsName(allowed, host, port)) {
    // Where the name leads to may be allowed, which only a call can tell.
    if (!allowsSomeNetwork(allowed, port)) refuseUnlessAllowed(target, unknownAddress, allowed);
  }
}

/** Stands for any address that nobody allowed. */
const unknownAddress: readonly string[] = [''];
