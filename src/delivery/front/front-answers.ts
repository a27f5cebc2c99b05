import { Inject, Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import {
  type PreparedHead,
  prepareHead,
  type PreparedResponse,
  SecurityHeaders,
} from '../../platform/http/index.js';
import {
  AccessLog,
  type DescribedRequest,
  describeRequest,
  type DurationSeries,
  Metrics,
} from '../../platform/telemetry/index.js';
import type { ReadHeaders } from '../reads/caching.js';
import type { ReadAnswer } from '../reads/read.service.js';
import type { AskedVersion } from './asked-version.js';

/** As the framework names the route in metrics and the log. */
const ROUTE = '/v1/projects/:project/prompts/:name/versions/:selector';
const METHOD = 'GET';

/** Sends answers as the framework does: the same headers, one line of log, one observation. */
@Injectable()
export class FrontAnswers {
  private readonly shared: Readonly<Record<string, string>>;
  private readonly durations: Record<ReadAnswer['status'], DurationSeries>;
  /** An answer that comes again has the same headers object. */
  private readonly heads = {
    200: new WeakMap<ReadHeaders, PreparedHead>(),
    304: new WeakMap<ReadHeaders, PreparedHead>(),
  };

  /** And so has its line in the log. */
  private readonly lines = {
    200: new WeakMap<AskedVersion, DescribedRequest>(),
    304: new WeakMap<AskedVersion, DescribedRequest>(),
  };

  constructor(
    metrics: Metrics,
    private readonly log: AccessLog,
    @Inject(CONFIG) { publicUrl, corsOrigins }: Config,
  ) {
    const { 'Cache-Control': _replaced, ...security } = new SecurityHeaders(publicUrl).api;
    this.shared = {
      ...security,
      ...(corsOrigins && { Vary: 'Authorization, Origin' }),
    };
    this.durations = {
      200: metrics.requestSeries(METHOD, ROUTE, 200),
      304: metrics.requestSeries(METHOD, ROUTE, 304),
    };
  }

  send(
    { requestId, origin }: OperationContext,
    asked: AskedVersion,
    answer: ReadAnswer,
    response: PreparedResponse,
    startedAt: number,
  ): void {
    const { status, body } = answer;
    response.answer(this.headOf(answer), requestId, body);
    const durationMs = performance.now() - startedAt;
    this.durations[status].observe(durationMs / 1000);
    const { ip } = origin;
    this.log.writeAbout(this.lineOf(status, asked), { requestId, durationMs, ip });
  }

  private lineOf(status: ReadAnswer['status'], asked: AskedVersion): DescribedRequest {
    const known = this.lines[status].get(asked);
    if (known) return known;
    const line = describeRequest({ method: METHOD, route: ROUTE, path: asked.path, status });
    this.lines[status].set(asked, line);
    return line;
  }

  private headOf({ status, headers, body }: ReadAnswer): PreparedHead {
    const known = this.heads[status].get(headers);
    if (known) return known;
    const head = prepareHead(status, {
      ...headers,
      ...this.shared,
      ...(body !== undefined && {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': String(body.length),
      }),
    });
    this.heads[status].set(headers, head);
    return head;
  }
}
