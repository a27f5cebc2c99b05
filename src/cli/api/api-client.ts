import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from '../cli-error.js';
import { type ApiProblem, problemOf } from './api-problem.js';

/** Gives the token of each request; a session may have to be refreshed first. */
export interface Credential {
  token(): Promise<string>;
}

const MAX_ATTEMPTS = 6;
const DEFAULT_WAIT_SECONDS = 1;
/** A server that asks for more is not waited for. */
const MAX_WAIT_SECONDS = 60;

/** Speaks to one server. Every call throws ApiProblem for a refusal and CliError for no answer. */
export class ApiClient {
  constructor(
    readonly server: string,
    private readonly credential?: Credential,
  ) {}

  /** Undefined when there is no such thing, or the caller may not see it. */
  async find<T>(path: string): Promise<T | undefined> {
    const response = await this.send('GET', path);
    if (response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    return (await accepted(response)).json() as Promise<T>;
  }

  async get<T>(path: string): Promise<T> {
    return (await accepted(await this.send('GET', path))).json() as Promise<T>;
  }

  async post<T>(path: string, body: object): Promise<T> {
    return (await accepted(await this.send('POST', path, body))).json() as Promise<T>;
  }

  /** For a request that is answered without a body. */
  async command(method: 'POST' | 'PUT', path: string, body?: object): Promise<void> {
    await (await accepted(await this.send(method, path, body))).body?.cancel();
  }

  /** The text of an answer as it comes, for one of any length. */
  async *stream(path: string): AsyncGenerator<string, void, undefined> {
    const { body } = await accepted(await this.send('GET', path));
    if (!body) return;
    try {
      yield* body.pipeThrough(new TextDecoderStream());
    } catch (error) {
      const reason = reasonOf(error);
      throw new CliError(`the answer of ${this.server} broke off: ${reason}`, { cause: error });
    }
  }

  /** A server that says when to come back (429, 503) has done nothing yet, so it is asked again. */
  private async send(method: string, path: string, body?: object): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.sendOnce(method, path, body);
      if (response.status !== 429 && response.status !== 503) return response;
      const seconds = Number(response.headers.get('Retry-After') ?? DEFAULT_WAIT_SECONDS);
      if (attempt === MAX_ATTEMPTS || !(seconds <= MAX_WAIT_SECONDS)) return response;
      await response.body?.cancel();
      await delay(seconds * 1000);
    }
  }

  private async sendOnce(method: string, path: string, body?: object): Promise<Response> {
    const token = await this.credential?.token();
    try {
      return await fetch(this.server + path, {
        method,
        headers: {
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
          ...(body && { 'Content-Type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        // SECURITY: a redirect would carry the request, and a password in it, somewhere else.
        redirect: 'error',
      });
    } catch (error) {
      throw new CliError(`no answer from ${this.server}: ${reasonOf(error)}`, { cause: error });
    }
  }
}

async function accepted(response: Response): Promise<Response> {
  if (response.ok) return response;
  const problem: ApiProblem = await problemOf(response);
  throw problem;
}

/** fetch itself only says that it failed; why is in its cause, at times by a code alone. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  const { code, message: inner } = (cause ?? {}) as { code?: string; message?: string };
  return code ?? inner ?? message;
}
