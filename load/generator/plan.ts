/** What the generator is told, as JSON on its standard input. */
export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  /** Under the same load, before anything is counted. */
  readonly warmUpMs: number;
  readonly durationMs: number;
  /** Whole requests as they go over the wire; every connection walks through all of them. */
  readonly requests: readonly string[];
  /** The status that every answer must have. */
  readonly status: number;
  /** Takes the place of `counterMark` in the requests, one more for each. */
  readonly firstNumber?: number;
  /** The server, whose processor time is read as the counting begins and ends. */
  readonly pid: number;
}

/** What it answers, as JSON on its standard output. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Of the server, while it was counted; undefined where the system does not tell. */
  readonly serverCpuSeconds?: number;
  /** Connections that the server closed. */
  readonly closed: number;
}

/** Twelve characters, for a number of twelve digits. */
export const counterMark = '@@@@@@@@@@@@';

export interface RequestParts {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export function requestText({ method = 'GET', path, headers = {}, body }: RequestParts): string {
  const all = {
    Host: '127.0.0.1',
    ...headers,
    ...(body !== undefined && {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
    }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}
