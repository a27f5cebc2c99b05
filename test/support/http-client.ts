/** Parsed JSON of whatever shape: a test states what it expects of it. */
export type Json = ReturnType<typeof JSON.parse>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; undefined when it is empty or no JSON. */
  readonly body: Json;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * A caller of a running program, wherever it runs. Requests that are sent together each get a
 * connection of their own.
 */
export class HttpClient {
  readonly url: string;
  private readonly token: string | undefined;

  // Written out, because Node strips the types of this file where `load/` uses it.
  constructor(url: string, token?: string) {
    this.url = url;
    this.token = token;
  }

  static async logIn(url: string, credentials: Credentials): Promise<HttpClient> {
    const { status, body } = await new HttpClient(url).send('POST', '/v1/auth/login', credentials);
    if (status !== 200) throw new Error(`the login failed with ${status}`);
    return new HttpClient(url, String(body.accessToken));
  }

  /** The same caller, at another instance. */
  at(url: string): HttpClient {
    return new HttpClient(url, this.token);
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(this.token !== undefined && { Authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const type = response.headers.get('Content-Type') ?? '';
    // A stream of events has no end to wait for.
    if (type === 'text/event-stream') await response.body?.cancel();
    const text = response.bodyUsed ? '' : await response.text();
    const isJson = type.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : undefined,
    };
  }
}

/** How often each outcome came up: `201`, or `409 version-exists` for a problem. */
export function outcomes(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const outcome = status >= 400 ? `${status} ${String(body?.code)}` : String(status);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** Calls the function with 0 to `count - 1` at once, and answers the results in this order. */
export async function together<T>(
  count: number,
  task: (index: number) => Promise<T>,
): Promise<readonly T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => task(index)));
}
