import { parseManifest } from './parse-manifest.js';
import { PluginFault } from './plugin-fault.js';

const whole = {
  schema: 'promptd/plugin/v1',
  name: 'acme.greeter',
  version: '1.0.0',
  releaseSeq: 1,
  apiVersion: 1,
  engines: { promptd: '>=0.1.0' },
  entry: 'index.js',
  publisher: 'Acme',
  capabilities: ['http', 'kv'],
  http: { allow: ['api.example.com'] },
  hooks: [
    { event: 'version.beforePublish', kind: 'veto', onError: 'deny', order: 5 },
    { event: 'prompt.version.published', kind: 'observe' },
  ],
  endpoints: [
    {
      handler: 'greet',
      method: 'GET',
      path: '/greetings/:who',
      roles: ['viewer'],
      launchesModal: 'hello',
      input: { type: 'object', properties: { who: { type: 'string', maxLength: 9 } } },
    },
  ],
  modals: [{ name: 'hello', title: 'Hello', roles: ['admin'], actions: [{ name: 'again' }] }],
  ui: [{ type: 'button', name: 'hello', label: 'Hello', action: 'hello' }],
  limits: { memoryMb: 64 },
};

const bytes = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

function faultOf(value: unknown): PluginFault {
  try {
    parseManifest(bytes(value));
  } catch (error) {
    if (error instanceof PluginFault) return error;
    throw error;
  }
  throw new Error('the manifest is taken');
}

/** The manifest with the value at a place replaced; undefined removes it. */
function changed(place: string, value: unknown): object {
  const copy = structuredClone(whole) as unknown as Record<string, unknown>;
  const keys = place.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce((at, key) => at[key] as Record<string, unknown>, copy);
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = value;
  return copy;
}

it('takes a manifest that says everything, as it is', () => {
  expect(parseManifest(bytes(whole))).toEqual(whole);
});

describe.each([
  ['schema', 'something else', '/schema', 'wrong-value'],
  ['schema', undefined, '/schema', 'required'],
  ['name', 'Acme', '/name', 'wrong-pattern'],
  ['name', '../x', '/name', 'wrong-pattern'],
  ['name', '%2e%2e', '/name', 'wrong-pattern'],
  ['name', 'acme/greeter', '/name', 'wrong-pattern'],
  ['name', 'аcme', '/name', 'wrong-pattern'],
  ['name', 'a'.repeat(300), '/name', 'too-long'],
  ['name', 'a\n', '/name', 'wrong-pattern'],
  ['version', 'v1.0.0', '/version', 'invalid-version'],
  ['version', ' 1.0.0', '/version', 'invalid-version'],
  ['version', '01.0.0', '/version', 'invalid-version'],
  ['version', '1.0.0+b', '/version', 'invalid-version'],
  ['version', '*', '/version', 'invalid-version'],
  ['version', '99999999999999999999.0.0', '/version', 'invalid-version'],
  ['releaseSeq', 0, '/releaseSeq', 'out-of-range'],
  ['releaseSeq', 1.5, '/releaseSeq', 'wrong-type'],
  ['releaseSeq', '1', '/releaseSeq', 'wrong-type'],
  ['engines.promptd', 'soon', '/engines/promptd', 'invalid-range'],
  ['engines.promptd', ' ', '/engines/promptd', 'invalid-range'],
  ['engines.node', '>=20', '/engines/node', 'unknown-property'],
  ['entry', '../index.js', '/entry', 'invalid-entry'],
  ['entry', 'index.mjs', '/entry', 'invalid-entry'],
  ['capabilities', ['root'], '/capabilities/0', 'not-in-enum'],
  ['capabilities', ['kv', 'kv', 'http'], '/capabilities', 'duplicate'],
  ['capabilities', ['kv'], '/http', 'unknown-property'],
  ['http', undefined, '/http', 'required'],
  ['http.allow', ['http://example.com'], '/http/allow/0', 'wrong-pattern'],
  ['http.allow', ['localhost'], '/http/allow/0', 'wrong-pattern'],
  ['http.allow', ['*.example.com'], '/http/allow/0', 'wrong-pattern'],
  ['hooks.0.onError', undefined, '/hooks/0/onError', 'required'],
  ['hooks.1.onError', 'allow', '/hooks/1/onError', 'unknown-property'],
  ['hooks.1.kind', 'veto', '/hooks/1/kind', 'wrong-kind'],
  ['hooks.0.event', 'prompt.created', '/hooks/0/kind', 'wrong-kind'],
  ['hooks.1.event', 'version.published', '/hooks/1/event', 'unknown-event'],
  ['hooks.1.event', 'member.changed', '/hooks/1/event', 'unknown-event'],
  ['hooks.1.event', 'version.beforePublish', '/hooks/1/event', 'duplicate'],
  ['endpoints.0.handler', '__proto__', '/endpoints/0/handler', 'wrong-pattern'],
  ['endpoints.0.handler', 'constructor', '/endpoints/0/handler', 'reserved-name'],
  ['endpoints.0.method', 'TRACE', '/endpoints/0/method', 'not-in-enum'],
  ['endpoints.0.path', '/-/health', '/endpoints/0/path', 'invalid-path'],
  ['endpoints.0.path', '/a/../b', '/endpoints/0/path', 'invalid-path'],
  ['endpoints.0.path', '/(a+)+', '/endpoints/0/path', 'invalid-path'],
  ['endpoints.0.roles', ['root'], '/endpoints/0/roles/0', 'not-in-enum'],
  ['endpoints.0.roles', [], '/endpoints/0/roles', 'too-short'],
  ['endpoints.0.launchesModal', 'other', '/endpoints/0/launchesModal', 'unknown-modal'],
  ['endpoints.0.input', { pattern: '(a+)+$' }, '/endpoints/0/input/pattern', 'unknown-property'],
  ['endpoints.0.input', { $ref: '#' }, '/endpoints/0/input/$ref', 'unknown-property'],
  ['modals.0.actions.0.name', 'open', '/modals/0/actions/0/name', 'reserved-name'],
  ['ui.0.type', 'iframe', '/ui/0/type', 'unknown-type'],
  ['ui.0.href', 'https://example.com', '/ui/0/href', 'unknown-property'],
  ['ui.0.action', 'again', '/ui/0/action', 'unknown-modal'],
  [
    'ui',
    [
      { type: 'markdown', name: 'a', text: '' },
      { type: 'markdown', name: 'a', text: '' },
    ],
    '/ui/1/name',
    'duplicate',
  ],
  [
    'ui',
    [{ type: 'table', name: 'a', label: 'A', columns: ['b'], rows: [[1, 2]] }],
    '/ui/0',
    'odd-control',
  ],
  ['limits.memoryMb', 4096, '/limits/memoryMb', 'out-of-range'],
  ['limits.memoryMb', 256, '/limits', 'out-of-range'],
  ['limits', { rssMb: 120 }, '/limits', 'out-of-range'],
  ['limits.threads', 2, '/limits/threads', 'unknown-property'],
  ['permissions', ['*'], '/permissions', 'unknown-property'],
])('a manifest whose %s is %j', (place, value, pointer, code) => {
  it(`is refused at ${pointer}, with what was expected`, () => {
    const fault = faultOf(changed(place, value));
    expect(fault.reason).toBe('invalid');
    expect(fault.errors[0]).toMatchObject({ pointer, code });
    expect(fault.message).toContain(`plugin.json at ${pointer}: `);
  });
});

it.each([
  ['duplicate keys', '{"name": "a", "name": "b"}', 'duplicate-key'],
  ['a __proto__ key', '{"__proto__": {}}', 'forbidden-key'],
  ['comments', '{} // no', 'invalid-json'],
  ['a byte order mark', '\uFEFF{}', 'byte-order-mark'],
  ['a NUL', '{"a": "\\u0000"}', 'nul-character'],
  ['nothing', '', 'invalid-json'],
  ['deep nesting', '['.repeat(100_000), 'too-deep'],
])('is refused with %s in it', (_, text, code) => {
  expect(faultOf(text).errors[0]).toMatchObject({ code });
});

it('is refused when it is larger than any manifest', () => {
  expect(faultOf(`{"name": "${'a'.repeat(300_000)}"}`).message).toMatch(/more than \d+ bytes/);
});

it('never repeats what the file holds', () => {
  const secret = 'SK_something that was pasted';
  for (const place of ['name', 'version', 'entry', 'limits.memoryMb', 'capabilities.0']) {
    const { message, errors } = faultOf(changed(place, secret));
    expect(message + JSON.stringify(errors)).not.toContain(secret);
  }
});

describe('a manifest of another generation', () => {
  it.each([
    ['schema', 'promptd/plugin/v2'],
    ['apiVersion', 2],
  ])('is incompatible when its %s is %j', (place, value) => {
    expect(faultOf({ ...changed(place, value), novelty: true }).reason).toBe('incompatible');
  });
});

it('refuses two endpoints that answer the same requests', () => {
  const [greet] = whole.endpoints;
  const other = { ...greet, handler: 'other', path: '/greetings/:name' };
  expect(faultOf({ ...whole, endpoints: [greet, other] }).errors).toMatchObject([
    { pointer: '/endpoints/1/path', code: 'duplicate' },
  ]);
});

describe('a path that is one parameter', () => {
  const [greet] = whole.endpoints;
  const any = { ...greet, path: '/:anything' };

  it('is refused beside one of several segments, which generated clients send as one', () => {
    expect(faultOf({ ...whole, endpoints: [greet, any] }).errors).toMatchObject([
      { pointer: '/endpoints/1/path', code: 'ambiguous-path' },
    ]);
  });

  it('may stand beside literals', () => {
    const list = { ...greet, path: '/list' };
    expect(parseManifest(bytes({ ...whole, endpoints: [any, list] })).endpoints).toHaveLength(2);
  });
});
