import { isIP } from 'node:net';

/** One environment variable: its name, what it means, and how its text becomes a value. */
export interface Setting<T> {
  readonly name: string;
  /** The text used when the variable is not set; undefined means that there is none. */
  readonly fallback: string | undefined;
  /** One sentence with the unit and the range, shown in `.env.example`. */
  readonly meaning: string;
  /** A secret may be given as a file, `NAME_FILE`. */
  readonly secret: boolean;
  /** Answers the value, or a sentence that says what is expected and never repeats the text. */
  readonly parse: (text: string) => Parsed<T>;
}

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly expected: string };

const good = <T>(value: T): Parsed<T> => ({ ok: true, value });
const bad = (expected: string): Parsed<never> => ({ ok: false, expected });

export const anyText = (text: string): Parsed<string> =>
  text === '' ? bad('a value that is not empty') : good(text);

export function wholeNumber(min: number, max: number): (text: string) => Parsed<number> {
  return (text) => {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= min && value <= max
      ? good(value)
      : bad(`a whole number from ${min} to ${max}`);
  };
}

export function oneOf<const T extends string>(...values: T[]): (text: string) => Parsed<T> {
  return (text) => {
    const value = values.find((candidate) => candidate === text);
    return value === undefined ? bad(`one of ${values.join(', ')}`) : good(value);
  };
}

export const onOrOff = (text: string): Parsed<boolean> =>
  text === 'on' || text === 'off' ? good(text === 'on') : bad('on or off');

export const trueOrFalse = (text: string): Parsed<boolean> =>
  text === 'true' || text === 'false' ? good(text === 'true') : bad('true or false');

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** A time such as 30s, 15m or 2h, in milliseconds. */
export function duration(minMs: number, maxMs: number): (text: string) => Parsed<number> {
  return (text) => {
    const [, count, unit = ''] = /^(\d+)([smh])$/.exec(text) ?? [];
    const valueMs = Number(count) * (unitsMs[unit] ?? NaN);
    return valueMs >= minMs && valueMs <= maxMs
      ? good(valueMs)
      : bad(`a time from ${minMs / 1000}s to ${maxMs / 3_600_000}h, such as 30s, 15m or 2h`);
  };
}

/** 32 bytes in base64, such as `openssl rand -base64 32` prints. */
export const key32 = (text: string): Parsed<Buffer> => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 32 && bytes.toString('base64') === text.trim()
    ? good(bytes)
    : bad('32 bytes in base64, such as `openssl rand -base64 32` prints');
};

/** Such keys, separated by commas. */
export const keys32 = (text: string): Parsed<readonly Buffer[]> => {
  const keys = text.split(',').map((key) => key32(key.trim()));
  return keys.every((key) => key.ok)
    ? good(keys.map(({ value }) => value))
    : bad('keys of 32 bytes in base64, separated by commas');
};

/** IP addresses and networks (RFC 4632, RFC 4291), separated by commas. */
export const addressList = (text: string): Parsed<readonly string[]> => {
  const addresses = text.split(',').map((address) => address.trim());
  return addresses.every(isAddressOrNetwork)
    ? good(addresses)
    : bad('IP addresses or networks such as 10.0.0.0/8, separated by commas');
};

function isAddressOrNetwork(text: string): boolean {
  const [address = '', length, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return (
    length === undefined || (/^\d+$/.test(length) && Number(length) <= (version === 4 ? 32 : 128))
  );
}

/** Origins of the web (RFC 6454) as browsers send them, separated by commas. */
export const originList = (text: string): Parsed<readonly string[]> => {
  const origins = text.split(',').map((origin) => origin.trim());
  // A name with a star is no name that any page comes from, so it would only seem to allow many.
  return origins.every(
    (origin) => /^https?:[^*]+$/.test(origin) && URL.parse(origin)?.origin === origin,
  )
    ? good(origins)
    : bad('origins such as https://app.example.com, without a path and separated by commas');
};

export function parsedBy<T>(
  parser: (text: string) => T | undefined,
  expected: string,
): (text: string) => Parsed<T> {
  return (text) => {
    const value = parser(text);
    return value === undefined ? bad(expected) : good(value);
  };
}
