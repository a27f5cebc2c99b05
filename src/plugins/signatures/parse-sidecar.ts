import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { Problem } from '../../platform/errors/index.js';
import { parseStrictJson } from '../../platform/json/index.js';
import { PluginFault } from '../package/plugin-fault.js';
import { type Sidecar, sidecarBytes } from './signed-document.js';
import { sidecarSchema } from './sidecar-schema.js';

/** 500 files with the longest paths are less than this. */
export const maxSidecarBytes = 256 * 1024;

let compiled: ValidateFunction<Sidecar> | undefined;

/** Compiled at the first use, as that of a manifest; stops at the first error too. */
function schemaCheck(): ValidateFunction<Sidecar> {
  compiled ??= new Ajv2020({ logger: false }).compile<Sidecar>(sidecarSchema);
  return compiled;
}

/**
 * Reads a sidecar. Whether its signature holds is not looked at.
 *
 * @throws PluginFault `invalid` for anything but the bytes that `sidecarBytes` would write
 */
export function parseSidecar(bytes: Buffer): Sidecar {
  if (bytes.length > maxSidecarBytes) throw invalid(`It has more than ${maxSidecarBytes} bytes.`);
  const value = parsed(bytes);
  const followsSchema = schemaCheck();
  if (!followsSchema(value)) {
    const place = followsSchema.errors?.[0]?.instancePath ?? '';
    throw invalid(place === '' ? 'A member is missing or unknown.' : `The fault is at ${place}.`);
  }
  // SECURITY: one spelling for each sidecar, so that a changed byte is never one that nobody reads.
  if (!sidecarBytes(value).equals(bytes)) {
    throw invalid('It is not the canonical JSON of its members, with a line feed at its end.');
  }
  if (![value.signedAt, value.expiresAt].every(isTime)) {
    throw invalid('signedAt or expiresAt is no time that exists.');
  }
  return value;
}

function parsed(bytes: Buffer): unknown {
  try {
    return parseStrictJson(bytes);
  } catch (error) {
    if (error instanceof Problem) throw invalid(error.errors[0]?.detail ?? '');
    throw error;
  }
}

function isTime(text: string): boolean {
  const timeMs = Date.parse(text);
  return Number.isFinite(timeMs) && new Date(timeMs).toISOString() === text;
}

function invalid(reason: string): PluginFault {
  return new PluginFault(
    'invalid',
    `The sidecar is damaged or was not written by \`promptd plugin sign\`; sign again. ${reason}`.trim(),
  );
}
