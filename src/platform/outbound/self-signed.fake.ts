import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A certificate of one name, which vouches for itself. */
export interface SelfSigned {
  readonly cert: string;
  readonly key: string;
}

/** X.509 (RFC 5280) by an ed25519 key (RFC 8410), since Node reads certificates and makes none. */
export function selfSigned(name: string): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const toBeSigned = facts(name, publicKey);
  const signature = der(0x03, Buffer.from([0]), sign(null, toBeSigned, privateKey));
  const certificate = der(0x30, toBeSigned, ed25519, signature);
  const base64 = certificate.toString('base64').replaceAll(/.{64}/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }),
  };
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const text = (tag: number, value: string) => der(tag, Buffer.from(value, 'latin1'));
const oid = (...bytes: readonly number[]) => der(0x06, Buffer.from(bytes));
const ed25519 = der(0x30, oid(0x2b, 0x65, 0x70));

function facts(name: string, publicKey: KeyObject): Buffer {
  const version3 = der(0xa0, der(0x02, Buffer.from([2])));
  const serial = der(0x02, Buffer.from([1]));
  const commonName = der(0x30, oid(0x55, 0x04, 0x03), text(0x0c, name));
  const subject = der(0x30, der(0x31, commonName));
  const validity = der(0x30, text(0x17, '200101000000Z'), text(0x17, '491231235959Z'));
  const names = der(0x04, der(0x30, text(0x82, name)));
  const extension = der(0x30, oid(0x55, 0x1d, 0x11), names);
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const extensions = der(0xa3, der(0x30, extension));
  return der(0x30, version3, serial, ed25519, subject, validity, subject, spki, extensions);
}
