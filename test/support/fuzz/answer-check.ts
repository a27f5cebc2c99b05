import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ApiDocument, ApiOperation, Schema } from './api-document.js';
import type { FuzzAnswer } from './fuzz-client.js';

/**
 * What any route answers to a request that never reaches its handler, declared or not: bytes that
 * cannot be read, a path that is no route, a body of another type or size.
 */
const general: Readonly<Record<number, readonly string[]>> = {
  400: ['validation-failed'],
  404: ['not-found'],
  413: ['payload-too-large'],
  415: ['unsupported-media-type'],
  431: ['headers-too-large'],
};

const leaks: readonly (readonly [string, RegExp])[] = [
  ['a stack', /\bat \S+ \(|\n\s+at /],
  ['a path of the machine', /node_modules|\/src\/|\.[tj]s:\d|\/tmp\//],
  ['SQL', /SELECT |INSERT |UPDATE |DELETE FROM|SQLITE_|ER_[A-Z]|QueryFailed|typeorm/],
  ['a password hash', /\$argon2/],
];

/** Says what is wrong with an answer, measured by the description of the API. */
export class AnswerCheck {
  private readonly ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: false });
  private readonly compiled = new Map<string, ValidateFunction>();

  /** @param secrets texts that no answer may hold */
  constructor(
    { schemas }: ApiDocument,
    private readonly secrets: readonly string[],
  ) {
    this.ajv.addVocabulary(['discriminator', 'example', 'components']);
    this.ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    this.ajv.addFormat('email', /^[^@\s]+@[^@\s]+$/);
    this.ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    this.ajv.addFormat('uri', (text: string) => URL.canParse(text));
    const closed = Object.entries(schemas).map(([name, schema]) => [name, close(name, schema)]);
    this.ajv.addSchema({ $id: 'api', components: { schemas: Object.fromEntries(closed) } });
  }

  /** Empty when the answer is one that the operation may give. */
  findFaults(operation: ApiOperation, answer: FuzzAnswer): readonly string[] {
    const { status, text } = answer;
    return [
      ...(status >= 500 ? [`failed with ${status}`] : []),
      ...(status >= 400 ? problemFaults(operation, answer) : this.bodyFaults(operation, answer)),
      ...leaks.filter(([, pattern]) => pattern.test(text)).map(([what]) => `holds ${what}`),
      ...(this.secrets.some((secret) => text.includes(secret)) ? ['holds a secret'] : []),
      ...(answer.headers['x-request-id'] ? [] : ['has no request id']),
    ];
  }

  private bodyFaults(operation: ApiOperation, { status, headers, text }: FuzzAnswer): string[] {
    const declared = operation.responses[status];
    if (!declared) return [`has the status ${status}, which is not declared`];
    if (!declared.content) return text === '' ? [] : [`has a body with ${status}`];
    const type = mediaType(headers);
    const schema = declared.content[type]?.schema as Schema | undefined;
    if (!schema) return [`has the content type ${type}, which is not declared`];
    if (type === 'application/x-ndjson') return lineFaults(text);
    return type.endsWith('json') ? this.jsonFaults(schema, text) : [];
  }

  private jsonFaults(schema: Schema, text: string): string[] {
    const value = parse(text);
    if (value === undefined) return ['is no JSON'];
    const validate = this.validator(schema);
    if (validate(value)) return [];
    return [`is not as declared: ${this.ajv.errorsText(validate.errors)}`];
  }

  private validator(schema: Schema): ValidateFunction {
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/');
    const validate = this.compiled.get(text) ?? this.ajv.compile(JSON.parse(text) as Schema);
    this.compiled.set(text, validate);
    return validate;
  }
}

function problemFaults({ responses }: ApiOperation, answer: FuzzAnswer): string[] {
  const { status, headers, text } = answer;
  const type = mediaType(headers);
  if (type !== 'application/problem+json') return [`has the content type ${type}`];
  const problem = parse(text) as Readonly<Record<string, unknown>> | undefined;
  const code = String(problem?.code);
  const expected = {
    type: `/problems/${code}`,
    status,
    instance: `urn:request:${String(headers['x-request-id'])}`,
  };
  const declared = responses[status]?.description?.matchAll(/`([a-z-]+)`:/g) ?? [];
  const codes = [...Array.from(declared, ([, one]) => one), ...(general[status] ?? [])];
  const texts = [problem?.title, problem?.detail];
  return [
    ...Object.entries(expected)
      .filter(([member, value]) => problem?.[member] !== value)
      .map(([member]) => `has a wrong ${member}`),
    ...(texts.every((one) => typeof one === 'string' && one !== '') ? [] : ['says nothing']),
    ...(codes.includes(code) ? [] : [`has the problem ${status} ${code}, which is not declared`]),
  ];
}

/** OpenAPI 3.1 can say of such a list only that it is text. */
function lineFaults(text: string): string[] {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  return lines.some((line) => parse(line) === undefined) ? ['has a line that is no JSON'] : [];
}

function mediaType(headers: FuzzAnswer['headers']): string {
  return (headers['content-type'] ?? 'none').split(';', 1)[0]!.trim();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Problems may have further members; any other answer has exactly those that are declared. */
function close(name: string, schema: Schema): Schema {
  if (name === 'ProblemResponse') return schema;
  return closed(schema) as Schema;
}

function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, child]) => [key, closed(child)]));
  return 'properties' in copy && 'type' in copy ? { additionalProperties: false, ...copy } : copy;
}
