import type {
  Caller,
  Json,
  KeyValueStore,
  Observed,
  ObservedEvent,
  PluginRequest,
} from 'promptd:api';

export const aCaller: Caller = { kind: 'user', id: 'u1', roles: ['developer'] };

export function aRequest<Body = Json>(
  given: Partial<PluginRequest<Body>> & { readonly body?: Body } = {},
): PluginRequest<Body> {
  return {
    method: 'GET',
    path: '/',
    params: {},
    query: {},
    headers: {},
    body: null as Body,
    project: 'acme',
    caller: aCaller,
    ...given,
  };
}

export function observed(type: ObservedEvent, prompt: string): Observed {
  const at = '2026-01-01T00:00:00.000Z';
  return {
    id: `${type}-1`,
    type,
    revision: 1,
    project: 'acme',
    prompt,
    at,
    by: { kind: 'user', name: 'ada' },
  };
}

/** Keeps what it is given, as JSON like the host does. */
export function memoryKeys(): KeyValueStore {
  const stored = new Map<string, string>();
  return {
    get: (key) => Promise.resolve(JSON.parse(stored.get(key) ?? 'null') as Json),
    set: (key, value) => Promise.resolve(void stored.set(key, JSON.stringify(value))),
    delete: (key) => Promise.resolve(void stored.delete(key)),
  };
}

/** What a function of the host rejects with when promptd refuses it. */
export function refusal(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
