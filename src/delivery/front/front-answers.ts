import type { ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { SecurityHeaders } from '../../platform/http/index.js';
import { AccessLog, Metrics } from '../../platform/telemetry/index.js';
import type { ReadHeaders } from '../reads/caching.js';
import type { ReadAnswer } from '../reads/read.service.js';

/** As the framework names the route in metrics and the log. */
const ROUTE = '/v1/projects/:project/prompts/:name/versions/:selector';
const METHOD = 'GET';

/** Names and values in turn, as `writeHead` takes them. */
type FlatHeaders = readonly string[];

/** Sends answers as the framework does: the same headers, one line of log, one observation. */
@Injectable()
export class FrontAnswers {
  private readonly shared: FlatHeaders;
  private readonly vary: string | undefined;
  private readonly observe: Record<ReadAnswer['status'], (seconds: number) => void>;
  /** An answer that comes again has the same headers object. */
  private readonly flat = {
    200: new WeakMap<ReadHeaders, FlatHeaders>(),
    304: new WeakMap<ReadHeaders, FlatHeaders>(),
  };

  constructor(
    metrics: Metrics,
    private readonly log: AccessLog,
    @Inject(CONFIG) { publicUrl, corsOrigins }: Config,
  ) {
    const { 'Cache-Control': _replaced, ...headers } = new SecurityHeaders(publicUrl).api;
    this.shared = Object.entries(headers).flat();
    this.vary = corsOrigins && 'Authorization, Origin';
    this.observe = {
      200: metrics.requestObserver(METHOD, ROUTE, 200),
      304: metrics.requestObserver(METHOD, ROUTE, 304),
    };
  }

  send(
    { requestId, origin }: OperationContext,
    path: string,
    answer: ReadAnswer,
    response: ServerResponse,
    startedAt: number,
  ): void {
    const { status, body } = answer;
    response.writeHead(status, ['X-Request-Id', requestId, ...this.headersOf(answer)]);
    // As latin1, ASCII is copied and not encoded.
    response.end(body, 'latin1');
    const durationMs = performance.now() - startedAt;
    this.observe[status](durationMs / 1000);
    this.log.write({
      requestId,
      method: METHOD,
      route: ROUTE,
      path,
      status,
      durationMs,
      ip: origin.ip,
    });
  }

  private headersOf({ status, headers, body }: ReadAnswer): FlatHeaders {
    const known = this.flat[status].get(headers);
    if (known) return known;
    const whole: Record<string, string> = {
      ...headers,
      ...(this.vary !== undefined && { Vary: this.vary }),
      ...(body !== undefined && {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': String(body.length),
      }),
    };
    const flat = [...this.shared, ...Object.entries(whole).flat()];
    this.flat[status].set(headers, flat);
    return flat;
  }
}
