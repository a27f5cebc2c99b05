import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { type ProblemFactory, validationFailed } from '../errors/index.js';
import { type DeclaredRoute, ProblemResponse, takesIdempotencyKey } from '../http/index.js';
import {
  idempotencyAnswerLost,
  idempotencyInProgress,
  idempotencyKeyReused,
  secretAlreadyShown,
} from './idempotency.errors.js';
import { IDEMPOTENCY_KEY, MAX_KEY_CHARACTERS } from './idempotency-key.js';

const parameter = {
  name: IDEMPOTENCY_KEY,
  in: 'header',
  required: false,
  description:
    'Makes a retry safe: within 24 hours the same request of the same caller takes effect once, ' +
    'and its answer comes again with `Idempotency-Replayed: true`. A random UUID serves best.',
  schema: { type: 'string', minLength: 1, maxLength: MAX_KEY_CHARACTERS, pattern: '^[!-~]+$' },
};

interface Operation {
  readonly operationId?: string;
  parameters?: object[];
  readonly responses: Record<string, { description: string; content?: object }>;
}

/** Adds the header, and the problems that come with it, to exactly the routes that take it. */
export function documentIdempotency(
  document: OpenAPIObject,
  routes: readonly DeclaredRoute[],
): OpenAPIObject {
  const taking = new Map(
    routes
      .filter(takesIdempotencyKey)
      .map(({ handler, replay }) => [handler.split('.').at(-1), replay] as const),
  );
  const operations = Object.values(document.paths).flatMap(
    (item) => Object.values(item) as Operation[],
  );
  for (const operation of operations) {
    const replay = taking.get(operation.operationId);
    if (replay === undefined) continue;
    (operation.parameters ??= []).push(parameter);
    addProblems(operation, [
      validationFailed,
      idempotencyKeyReused,
      idempotencyInProgress,
      idempotencyAnswerLost,
      ...(replay === 'secret' ? [secretAlreadyShown] : []),
    ]);
  }
  return document;
}

/** As `@Problems` does: one response per status, whose description names each code in order. */
function addProblems({ responses }: Operation, factories: readonly ProblemFactory[]): void {
  for (const { definition } of factories) {
    const { status, code, title } = definition;
    const known = responses[status]?.description.split(/\s+(?=`)/) ?? [];
    const description = [...new Set([...known, `\`${code}\`: ${title}.`])].sort().join(' ');
    responses[status] = {
      description,
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemResponse) } } },
    };
  }
}
