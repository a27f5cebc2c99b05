import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

type Headers = Readonly<Record<string, string>>;
type Directives = Readonly<Record<string, readonly string[]>>;

const YEAR_SECONDS = 31_536_000;
const none = ["'none'"];

/** What an answer of the API tells a browser: to show, frame, guess at and keep nothing. */
export const apiHeaders: Headers = {
  ...headersOf({ defaultSrc: none, frameAncestors: none }, false),
  // SECURITY: answers hold credentials and personal data; what may be kept says so itself.
  'Cache-Control': 'no-store',
};

/** The headers of all answers, which a handler may replace. */
export class SecurityHeaders {
  /** Those of all but the pages for people. */
  readonly api: Headers;
  private readonly docs: Headers;

  /** @param publicUrl where callers reach the server; https there promises https for a year */
  constructor(publicUrl: string | undefined) {
    const url = publicUrl === undefined ? undefined : new URL(publicUrl);
    const isHttps = url?.protocol === 'https:';
    this.api = { ...apiHeaders, ...headersOf({ defaultSrc: none, frameAncestors: none }, isHttps) };
    this.docs = headersOf(docsDirectives(url?.origin), isHttps);
  }

  apply(request: FastifyRequest, reply: FastifyReply): void {
    const isDocs = request.routeOptions.url?.startsWith('/docs') ?? false;
    void reply.headers(isDocs ? this.docs : this.api);
  }
}

/**
 * What helmet sets, asked for once: they are the same for every request, and to have it work them
 * out each time took half as long as a bare server takes to answer.
 */
function headersOf(directives: Directives, isHttps: boolean): Headers {
  const headers: Record<string, string> = {};
  const answer = {
    setHeader: (name: string, value: unknown) => (headers[name] = String(value)),
    removeHeader: () => undefined,
  } as unknown as ServerResponse;
  const middleware = helmet(optionsOf(directives, isHttps));
  middleware({} as IncomingMessage, answer, () => undefined);
  return headers;
}

function optionsOf(directives: Directives, isHttps: boolean): HelmetOptions {
  return {
    contentSecurityPolicy: { useDefaults: false, directives },
    strictTransportSecurity: isHttps && { maxAge: YEAR_SECONDS, includeSubDomains: true },
    xFrameOptions: { action: 'deny' },
    // For browsers that are gone and for pages; this server has one.
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  };
}

/** The page of Swagger UI writes styles into its elements, and calls the address it documents. */
function docsDirectives(publicOrigin: string | undefined): Directives {
  return {
    defaultSrc: none,
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'", ...(publicOrigin === undefined ? [] : [publicOrigin])],
    baseUri: none,
    formAction: none,
    frameAncestors: none,
  };
}
