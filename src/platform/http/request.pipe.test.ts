import 'reflect-metadata';
import fc from 'fast-check';
import { ArrayMaxSize, IsArray, IsOptional, IsString, MaxLength } from 'class-validator';
import { type FieldError, Problem } from '../errors/index.js';
import { FreeJson } from './free-json.decorator.js';
import { ListOf } from './list-of.decorator.js';
import { PageQuery } from './page.dto.js';
import { RequestPipe } from './request.pipe.js';

class PublishRequest {
  @IsString()
  @MaxLength(5)
  version: string;

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  @ArrayMaxSize(2)
  labels?: string[];

  @FreeJson({ type: 'object', additionalProperties: true })
  content: unknown;
}

class StepRequest {
  @IsString()
  @MaxLength(5)
  name: string;
}

class PlanRequest {
  @ListOf(StepRequest, { min: 1, max: 3 })
  steps: StepRequest[];
}

const pipe = new RequestPipe();

const body = (value: unknown) =>
  pipe.transform(value, { type: 'body', metatype: PublishRequest }) as Promise<PublishRequest>;

const plan = (value: unknown) =>
  pipe.transform(value, { type: 'body', metatype: PlanRequest }) as Promise<PlanRequest>;

const query = (value: unknown) =>
  pipe.transform(value, { type: 'query', metatype: PageQuery }) as Promise<PageQuery>;

async function errorsOf(request: Promise<unknown>): Promise<readonly FieldError[]> {
  const error: unknown = await request.catch((cause: unknown) => cause);
  if (!(error instanceof Problem)) throw new Error('the request was taken for valid');
  expect(error.code).toBe('validation-failed');
  return error.errors;
}

const valid = { version: '1.0.0', content: {} };
/** As a body comes from the parser, where `__proto__` can be a field of its own. */
const parsed = (json: string): unknown => JSON.parse(json);

const inherited = [
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__proto__',
  '__defineGetter__',
  'prototype',
];

describe('a body', () => {
  it('becomes its request class', async () => {
    const request = await body(valid);
    expect(request).toBeInstanceOf(PublishRequest);
    expect(request).toEqual(valid);
  });

  it.each([null, undefined, [], [valid], 'text', 7, true])('is never %j', async (value) => {
    expect(await errorsOf(body(value))).toEqual([
      { pointer: '', code: 'wrong-type', detail: 'must be a JSON object' },
    ]);
  });

  it.each(['extra', 'Version', 'version ', '', ...inherited])(
    'has no field %j, which its class does not declare',
    async (field) => {
      const text = `{"version":"1.0.0","content":{},${JSON.stringify(field)}:{"x":1}}`;
      expect(await errorsOf(body(parsed(text)))).toEqual([
        { pointer: `/${field}`, code: 'unknown-field', detail: 'is not a field of this request' },
      ]);
      expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
    },
  );

  it('names a field by JSON Pointer, whatever is in the name', async () => {
    const [error] = await errorsOf(body({ ...valid, 'a/b~c': 1 }));
    expect(error!.pointer).toBe('/a~1b~0c');
  });

  it('has every declared field of its type', async () => {
    expect(await errorsOf(body({ version: 1, content: {}, labels: 'production' }))).toEqual([
      { pointer: '/version', code: 'is-string', detail: 'version must be a string' },
      { pointer: '/labels', code: 'is-array', detail: 'labels must be an array' },
    ]);
    expect(await errorsOf(body({ ...valid, version: null }))).toEqual([
      { pointer: '/version', code: 'is-string', detail: 'version must be a string' },
    ]);
    expect(await errorsOf(body({ ...valid, labels: ['a', 2, 'c'] }))).toEqual([
      expect.objectContaining({ pointer: '/labels', code: 'is-string' }),
    ]);
  });

  it('has every field that is required', async () => {
    expect(await errorsOf(body({ content: {} }))).toEqual([
      { pointer: '/version', code: 'required', detail: 'is required' },
    ]);
  });

  it('counts a variation selector as the character it is', async () => {
    expect(await body({ ...valid, version: '12345' })).toBeDefined();
    const fieldErrors = await errorsOf(body({ ...valid, version: '1234❤\ufe0f' }));
    expect(fieldErrors).toEqual([
      expect.objectContaining({ pointer: '/version', code: 'max-length' }),
    ]);
  });

  it('is answered with a bounded number of errors', async () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`x${index}`, 1]));
    expect(await errorsOf(body({ ...valid, ...many }))).toHaveLength(50);
  });

  it('keeps free JSON exactly as it came, with every key', async () => {
    const content = parsed(
      '{"constructor":1,"toString":{"a":[]},"__proto__":{"b":2},"z":0,"a":null}',
    );
    const request = await body({ ...valid, content });
    expect(request.content).toBe(content);
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (json) => {
        expect((await body({ ...valid, content: json })).content).toBe(json);
      }),
    );
  });
});

describe('a list of objects in a body', () => {
  it('holds objects of its class', async () => {
    const request = await plan({ steps: [{ name: 'a' }, { name: 'b' }] });
    expect(request.steps).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect(request.steps[1]).toBeInstanceOf(StepRequest);
  });

  it.each([
    [undefined, '/steps', 'required'],
    [null, '/steps', 'is-array'],
    ['a', '/steps', 'is-array'],
    [{ 0: { name: 'a' } }, '/steps', 'is-array'],
    [[], '/steps', 'array-min-size'],
    [Array.from({ length: 4 }, () => ({ name: 'a' })), '/steps', 'array-max-size'],
    [[null], '/steps/0', 'wrong-type'],
    [[{ name: 'a' }, [{ name: 'a' }]], '/steps/1', 'wrong-type'],
    [[{ name: 'a' }, {}], '/steps/1/name', 'required'],
    [[{ name: 7 }], '/steps/0/name', 'is-string'],
    [[{ name: '1234❤\ufe0f' }], '/steps/0/name', 'max-length'],
    [[{ name: 'a' }, { name: 'a', id: 1 }], '/steps/1/id', 'unknown-field'],
    [[parsed('{"name":"a","__proto__":{"x":1}}')], '/steps/0/__proto__', 'unknown-field'],
    [[parsed('{"name":"a","constructor":{}}')], '/steps/0/constructor', 'unknown-field'],
  ])('is refused when it is %j', async (steps, pointer, code) => {
    const errors = await errorsOf(plan({ steps }));
    expect(errors).toContainEqual(expect.objectContaining({ pointer, code }));
    expect(new Set(errors.map((error) => error.pointer))).toEqual(new Set([pointer]));
  });

  it('is refused by its length before its items are looked at', async () => {
    const steps = Array.from({ length: 300_000 }, () => ({}));
    expect(await errorsOf(plan({ steps }))).toHaveLength(1);
  });
});

describe('a query', () => {
  it('is converted from text', async () => {
    expect(await query({ limit: '7', cursor: 'abc', total: 'true' })).toEqual({
      limit: 7,
      cursor: 'abc',
      total: true,
    });
    expect(await query({})).toEqual({ limit: 50 });
  });

  it.each([
    [{ limit: '0' }, '/limit', 'min'],
    [{ limit: '201' }, '/limit', 'max'],
    [{ limit: '1.5' }, '/limit', 'is-int'],
    [{ limit: 'many' }, '/limit', 'is-int'],
    [{ limit: ['1', '2'] }, '/limit', 'is-int'],
    [{ total: 'yes' }, '/total', 'is-boolean'],
    [{ total: ['true', 'true'] }, '/total', 'is-boolean'],
    [{ cursor: ['a', 'b'] }, '/cursor', 'is-string'],
    [{ cursor: 'x'.repeat(2049) }, '/cursor', 'max-length'],
  ])('is refused when it is %j', async (value, pointer, code) => {
    expect(await errorsOf(query(value))).toEqual([expect.objectContaining({ pointer, code })]);
  });

  it.each(['page', ...inherited])('has no parameter %j', async (name) => {
    const text = `{${JSON.stringify(name)}:"1"}`;
    expect(await errorsOf(query(parsed(text)))).toEqual([
      { pointer: `/${name}`, code: 'unknown-field', detail: 'is not a field of this request' },
    ]);
  });
});

it('leaves alone what has no request class', async () => {
  for (const metatype of [undefined, String, Number, Object, Array]) {
    const metadata = { type: 'body', metatype } as const;
    expect(await pipe.transform('as it is', metadata)).toBe('as it is');
  }
  const parameter = { type: 'param', metatype: PublishRequest } as const;
  expect(await pipe.transform('as it is', parameter)).toBe('as it is');
});
