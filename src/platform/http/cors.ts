import type { INestApplication } from '@nestjs/common';
import type { FastifyAdapter } from '@nestjs/platform-fastify';

const exposedHeaders = [
  'ETag',
  'Location',
  'Content-Location',
  'X-Request-Id',
  'Idempotency-Replayed',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'Deprecation',
];

/**
 * Lets scripts of the listed origins call the API. A preflight is answered before anybody is
 * authenticated, since browsers send it without the credential; to other origins it is no route.
 *
 * SECURITY: never with credentials, so that no cookie or TLS certificate of a browser speaks for a
 * page: a script has to hold a token of its own.
 */
export function allowOrigins(
  app: INestApplication,
  adapter: FastifyAdapter,
  origins: readonly string[],
): void {
  const listed = new Set(origins);
  app.enableCors({
    origin: (origin: string | undefined, decide: (error: null, allow: boolean) => void) => {
      decide(null, origin !== undefined && listed.has(origin));
    },
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'If-Match',
      'If-None-Match',
      'Idempotency-Key',
      'X-Request-Id',
    ],
    exposedHeaders,
    credentials: false,
    maxAge: 600,
  });
  // A handler that sets Vary replaces the one that says that the answer depends on the origin.
  adapter.getInstance().addHook('onSend', (_request, reply, payload, done) => {
    const vary = String(reply.getHeader('Vary') ?? '');
    if (!/\borigin\b/i.test(vary)) reply.header('Vary', vary === '' ? 'Origin' : `${vary}, Origin`);
    done(null, payload);
  });
}
