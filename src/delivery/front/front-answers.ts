import { Inject, Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import {
  type HeaderLines,
  headerLines,
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
import type { ReadAnswer } from '../reads/read.service.js';
import type { AskedVersion } from './asked-version.js';

/** As the framework names the route in metrics and the log. */
const ROUTE = '/v1/projects/:project/prompts/:name/versions/:selector';
const METHOD = 'GET';

/** Sends answers as the framework does: the same headers, one line of log, one observation. */
@Injectable()
export class FrontAnswers {
  /** What every head has. */
  private readonly shared: Record<ReadAnswer['status'], HeaderLines>;
  private readonly durations: Record<ReadAnswer['status'], DurationSeries>;
  constructor(
    metrics: Metrics,
    private readonly log: AccessLog,
    @Inject(CONFIG) { publicUrl, corsOrigins }: Config,
  ) {
    const { 'Cache-Control': _replaced, ...security } = new SecurityHeaders(publicUrl).api;
    const shared = { ...security, Vary: corsOrigins ? 'Authorization, Origin' : 'Authorization' };
    this.shared = {
      200: headerLines({ ...shared, 'Content-Type': 'application/json; charset=utf-8' }),
      304: headerLines(shared),
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
    response.answer(this.headOf(answer, asked), requestId, body);
    const durationMs = performance.now() - startedAt;
    this.durations[status].observe(durationMs / 1000);
    const { ip } = origin;
    this.log.writeAbout(this.lineOf(status, asked), { requestId, durationMs, ip });
  }

  private lineOf(status: ReadAnswer['status'], { lines, path }: AskedVersion): DescribedRequest {
    return (lines[status] ??= describeRequest({ method: METHOD, route: ROUTE, path, status }));
  }

  private headOf({ status, headers, body }: ReadAnswer, { heads }: AskedVersion): PreparedHead {
    const known = heads[status];
    if (known?.headers === headers) return known.head;
    const { Vary: _shared, ...differing } = headers;
    const own = {
      ...differing,
      ...(body !== undefined && { 'Content-Length': String(body.length) }),
    };
    const head = prepareHead(status, own, this.shared[status]);
    heads[status] = { headers, head };
    return head;
  }
}
