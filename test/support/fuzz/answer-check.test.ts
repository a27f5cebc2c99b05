import type { OpenApiDocument } from '../../contract/openapi-rules.js';
import { AnswerCheck } from './answer-check.js';
import { apiDocument } from './api-document.js';
import type { FuzzAnswer } from './fuzz-client.js';

const json = (schema: object) => ({ 'application/json': { schema } });
const thing = { $ref: '#/components/schemas/ThingResponse' };

const document: OpenApiDocument = {
  openapi: '3.1.0',
  paths: {
    '/things': {
      get: {
        responses: {
          '200': { content: json(thing) },
          '202': { content: { 'application/x-ndjson': { schema: { type: 'string' } } } },
          '204': {},
          '409': { description: '`thing-archived`: The thing is archived.' },
        },
      },
    },
  },
  components: {
    schemas: {
      ThingResponse: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          madeAt: { type: 'string', format: 'date-time' },
          owner: { $ref: '#/components/schemas/OwnerResponse' },
        },
        required: ['name', 'madeAt'],
      },
      OwnerResponse: {
        type: 'object',
        properties: { id: { type: ['string', 'null'] } },
        required: ['id'],
      },
    },
  },
};

const api = apiDocument(document);
const check = new AnswerCheck(api, ['hunter2']);
const requestId = '4711';
const valid = { name: 'a', madeAt: '2026-01-31T12:00:00.000Z', owner: { id: null } };

function faultsOf(status: number, body: unknown, type = 'application/json'): readonly string[] {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'x-request-id': requestId, 'content-type': `${type}; charset=utf-8` };
  return check.findFaults(api.operations[0]!, { status, headers, text });
}

function problemFaults(status: number, code: string, members: object = {}): readonly string[] {
  const fixed = { type: `/problems/${code}`, title: 'x', detail: 'x' };
  const problem = { ...fixed, status, instance: `urn:request:${requestId}`, code, ...members };
  return faultsOf(status, problem, 'application/problem+json');
}

describe('the check of an answer', () => {
  it('finds no fault with what is declared', () => {
    expect(faultsOf(200, valid)).toEqual([]);
    expect(faultsOf(204, '')).toEqual([]);
    expect(problemFaults(409, 'thing-archived', { archivedAt: 'x', errors: [] })).toEqual([]);
  });

  it('looks at every line of a list of JSON texts', () => {
    const faults = (text: string) => faultsOf(202, text, 'application/x-ndjson');

    expect(faults('')).toEqual([]);
    expect(faults('{"a":1}\n{"a":2}\n')).toEqual([]);
    expect(faults('{"a":1}\n{"a":\n')).toEqual(['has a line that is no JSON']);
  });

  it('knows what any route may answer', () => {
    expect(problemFaults(400, 'validation-failed')).toEqual([]);
    expect(problemFaults(404, 'not-found')).toEqual([]);
    expect(problemFaults(413, 'payload-too-large')).toEqual([]);
    expect(problemFaults(415, 'unsupported-media-type')).toEqual([]);
    expect(problemFaults(431, 'headers-too-large')).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['a member too many', { ...valid, passwordHash: 'x' }],
    ['a member too many below', { ...valid, owner: { id: null, email: 'x' } }],
    ['a member too few', { name: 'a' }],
    ['a member of another type', { ...valid, name: 7 }],
    ['a time that is none', { ...valid, madeAt: '2026-01-31 12:00' }],
    ['another shape', [valid]],
  ])('finds %s', (_, body) => {
    expect(faultsOf(200, body)).toEqual([expect.stringMatching(/^is not as declared: /)]);
  });

  it.each<[string, readonly string[], string]>([
    ['no JSON', faultsOf(200, '{'), 'is no JSON'],
    [
      'HTML',
      faultsOf(200, valid, 'text/html'),
      'has the content type text/html, which is not declared',
    ],
    ['another status', faultsOf(201, valid), 'has the status 201, which is not declared'],
    ['a body where none is declared', faultsOf(204, 'x'), 'has a body with 204'],
    ['a failure', problemFaults(500, 'internal'), 'failed with 500'],
    [
      'a problem of another route',
      problemFaults(409, 'label-conflict'),
      'has the problem 409 label-conflict, which is not declared',
    ],
    [
      'a problem that says nothing',
      problemFaults(409, 'thing-archived', { detail: '' }),
      'says nothing',
    ],
    [
      'a problem of another request',
      problemFaults(409, 'thing-archived', { instance: 'urn:request:1' }),
      'has a wrong instance',
    ],
    ['a problem as plain JSON', faultsOf(409, {}), 'has the content type application/json'],
  ])('finds %s', (_, faults, fault) => {
    expect(faults).toContain(fault);
  });

  it.each([
    ['a stack', 'Error: x\n    at run (main.js)'],
    ['a path of the machine', 'no such file: /srv/node_modules/pg'],
    ['SQL', 'error in SELECT * FROM users'],
    ['SQL', 'QueryFailedError'],
    ['a password hash', '$argon2id$v=19$m=19456'],
    ['a secret', 'the password is hunter2'],
  ])('finds %s in any text', (what, detail) => {
    expect(problemFaults(409, 'thing-archived', { detail })).toContain(`holds ${what}`);
    expect(faultsOf(200, { ...valid, name: detail })).toContain(`holds ${what}`);
  });

  it('wants a request id', () => {
    const answer: FuzzAnswer = { status: 204, headers: {}, text: '' };
    expect(check.findFaults(api.operations[0]!, answer)).toEqual(['has no request id']);
  });
});
