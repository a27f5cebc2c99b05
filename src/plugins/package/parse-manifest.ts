import { Ajv2020, type DefinedError, type ValidateFunction } from 'ajv/dist/2020.js';
import { type FieldError, Problem } from '../../platform/errors/index.js';
import { parseStrictJson } from '../../platform/json/index.js';
import type { Manifest } from './manifest.js';
import { manifestErrorsOf } from './manifest-errors.js';
import { manifestRuleErrors } from './manifest-rules.js';
import { manifestSchema, maxPluginNameLength, pluginNamePattern } from './manifest-schema.js';
import { PluginFault } from './plugin-fault.js';

const maxBytes = 256 * 1024;
const maxErrors = 20;

let compiled: ValidateFunction<Manifest> | undefined;

/** Compiled at the first use: that takes a tenth of a second, which no start of the program should. */
function schemaCheck(): ValidateFunction<Manifest> {
  // SECURITY: stops at the first error. Finding all takes ajv quadratic time where a schema refers to
  // itself, and whoever can write into the folder of plugins chooses what is checked here.
  compiled ??= new Ajv2020({ discriminator: true, logger: false }).compile<Manifest>(
    manifestSchema,
  );
  return compiled;
}

/**
 * Reads `plugin.json`. Nothing is filled in and nothing unknown is passed over: what a manifest does
 * not say in words that this program knows, it does not say.
 *
 * @throws PluginFault: `incompatible` for another generation of plugins, else `invalid`
 */
export function parseManifest(bytes: Buffer): Manifest {
  if (bytes.length > maxBytes) {
    throw new PluginFault('invalid', `plugin.json has more than ${maxBytes} bytes.`);
  }
  const value = parsed(bytes);
  refuseOtherGeneration(value);
  const followsSchema = schemaCheck();
  if (!followsSchema(value)) {
    throw invalid(manifestErrorsOf((followsSchema.errors ?? []) as DefinedError[]));
  }
  const errors = manifestRuleErrors(value);
  if (errors.length > 0) throw invalid(errors.slice(0, maxErrors));
  return value;
}

function parsed(bytes: Buffer): unknown {
  try {
    return parseStrictJson(bytes);
  } catch (error) {
    if (error instanceof Problem) throw invalid(error.errors);
    throw error;
  }
}

/** Says so before the schema finds all that is new in it. */
function refuseOtherGeneration(value: unknown): void {
  const { schema, apiVersion } = (value ?? {}) as { schema?: unknown; apiVersion?: unknown };
  const isOther = typeof schema === 'string' && /^promptd\/plugin\/v(?!1$)\d+$/.test(schema);
  if (!isOther && (!Number.isSafeInteger(apiVersion) || apiVersion === 1)) return;
  throw new PluginFault(
    'incompatible',
    'The plugin is made for another generation of plugins; this program runs promptd/plugin/v1 ' +
      'with apiVersion 1.',
  );
}

function invalid(errors: readonly FieldError[]): PluginFault {
  const [first] = errors;
  const place = first?.pointer === '' ? 'plugin.json' : `plugin.json at ${first?.pointer ?? ''}`;
  return new PluginFault('invalid', `${place}: ${first?.detail ?? 'is not valid'}`, errors);
}

/** The names of folders that can hold a plugin. */
export function isPluginName(text: string): boolean {
  return text.length <= maxPluginNameLength && new RegExp(pluginNamePattern).test(text);
}
