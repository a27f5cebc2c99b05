import { definePlugin, registry } from 'promptd:api';

/** What a plugin may answer, and what it may not; by the name in the path. */
const answers = {
  json: { status: 201, body: { done: true } },
  nothing: { status: 200 },
  null: { status: 200, body: null },
  empty: { status: 204, body: 'not sent' },
  refused: { status: 422, body: { error: 'no' } },
  markdown: {
    headers: { 'Content-Type': 'text/markdown', 'content-language': 'de' },
    status: 200,
    body: '# x',
  },
  surrogate: { status: 200, body: 'half \ud800 pair' },
  forbiddenHeaders: {
    status: 200,
    headers: {
      'set-cookie': 'a=b',
      location: 'https://evil.example',
      'cache-control': 'public, max-age=9999',
      'access-control-allow-origin': '*',
      'content-security-policy': 'default-src *',
      'x-content-type-options': 'none',
      'x-promptd-plugin': 'somebody-else',
      'x-promptd-plugin-unsigned': 'false',
    },
    body: 'text',
  },

  half: { status: 200.5, body: {} },
  serverError: { status: 599, body: {} },
  internal: { status: 500, body: {} },
  informational: { status: 101 },
  textStatus: { status: '200' },
  noStatus: { body: {} },
  html: {
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<script>alert(1)</script>',
  },
  script: { status: 200, headers: { 'content-type': 'application/javascript' }, body: 'alert(1)' },
  svg: { status: 200, headers: { 'content-type': 'image/svg+xml' }, body: '<svg/>' },
  jsonAsText: { status: 200, headers: { 'content-type': 'text/plain' }, body: {} },
  splitType: {
    status: 200,
    headers: { 'content-type': 'text/plain\r\nSet-Cookie: a=b' },
    body: '',
  },
  splitLanguage: {
    status: 200,
    headers: { 'content-language': 'de\r\nSet-Cookie: a=b' },
    body: '',
  },
  otherCharset: { status: 200, headers: { 'content-type': 'text/plain; charset=utf-7' }, body: '' },
  numberHeader: { status: 200, headers: { 'content-type': 7 }, body: '' },
  listHeaders: { status: 200, headers: [], body: '' },
  more: { status: 200, body: {}, trailers: {} },
  aList: [200, {}, ''],
  aText: 'hello',
  aNull: null,
};

export default definePlugin({
  endpoints: {
    answer: async ({ params }) => answers[params.which],
    echo: async (request) => ({ status: 200, body: request }),
    literal: async () => ({ status: 200, body: 'literal' }),
    parameter: async ({ params }) => ({ status: 200, body: params }),
    checked: async ({ body }) => ({ status: 200, body: body.answer }),
    throws: async () => {
      throw new Error('the plugin’s \u001b[31mown\nwords ' + 'x'.repeat(2000));
    },
    loops: async () => {
      for (;;);
    },
    waits: async () => {
      await registry.kv.get('never');
    },
    hosts: async () => ({ status: 200, body: await registry.prompts.get({ name: 'any' }) }),
    huge: async () => ({ status: 200, body: 'x'.repeat(3_000_000) }),
    bomb: async () => {
      const parts = [];
      for (;;) parts.push(new Array(1_000_000).fill(parts.length));
    },
  },
});
