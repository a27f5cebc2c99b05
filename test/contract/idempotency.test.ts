import { readFileSync } from 'node:fs';
import { join } from 'node:path';
// First, because it loads what the constants of the framework need.
import { DiscoveryService, ModuleRef } from '@nestjs/core';
import type { Type } from '@nestjs/common';
import { RouteParamtypes } from '@nestjs/common/internal';
import { RESPONSE_PASSTHROUGH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import {
  AnswerRestorer,
  type DeclaredRoute,
  declaredRoutes,
  type Replay,
  takesIdempotencyKey,
} from '../../src/platform/http/index.js';
import {
  standaloneApplication,
  type StandaloneApplication,
} from '../support/standalone-application.js';
import { type OpenApiDocument, type Operation, operationsOf } from './openapi-rules.js';

const file = join(import.meta.dirname, '..', '..', 'openapi.json');
const document = JSON.parse(readFileSync(file, 'utf8')) as OpenApiDocument;

/** What an answer calls content of prompts, and what it calls a secret. */
const contentField = /^(content|text|messages|unified)$/;
/** Written by the author of a plugin, published with it, and the same for everybody. */
const publicWords = '#/components/schemas/PluginManifest';
const secretField = /^(?!public)\w*(?:key|token|secret|password)$/i;

const operations = new Map(
  operationsOf(document).map(({ operation }) => [operation.operationId, operation]),
);

function operationOf({ handler }: DeclaredRoute): Operation {
  const operation = operations.get(handler.split('.').at(-1));
  if (!operation) throw new Error(`openapi.json lacks ${handler}: npm run generate`);
  return operation;
}

interface Field {
  readonly name: string;
  /** A flag that is called after a secret is none. */
  readonly isFlag: boolean;
}

/** All fields of what a handler answers when it succeeds, however deep. */
function answeredFields({ responses }: Operation): readonly Field[] {
  const fields: Field[] = [];
  const seen = new Set<string>([publicWords]);
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { $ref, properties } = node as { $ref?: string; properties?: object };
    if ($ref !== undefined && !seen.has($ref)) {
      seen.add($ref);
      visit(document.components.schemas[$ref.split('/').at(-1) ?? '']);
    }
    for (const [name, field] of Object.entries(properties ?? {})) {
      fields.push({ name, isFlag: (field as { type?: unknown }).type === 'boolean' });
    }
    Object.values(node).forEach(visit);
  };
  for (const [status, response] of Object.entries(responses)) {
    if (status.startsWith('2')) visit(response.content);
  }
  return fields;
}

/** What is wrong with what a route says of its answer, which a record would keep for a day. */
function replayFaults(operation: Operation, replay: Replay): string[] {
  const fields = answeredFields(operation).filter(({ isFlag }) => !isFlag);
  const names = [...new Set(fields.map(({ name }) => name))];
  const secrets = names.filter((name) => secretField.test(name));
  const contents = names.filter((name) => contentField.test(name));
  return [
    ...(secrets.length > 0 && replay !== 'secret'
      ? [`answers with ${secrets.join()} and needs @ShowsSecret()`]
      : []),
    ...(secrets.length === 0 && replay === 'secret' ? ['answers with no secret'] : []),
    ...(contents.length > 0 && replay === 'answer'
      ? [`answers with ${contents.join()} and needs @RestoredBy(…), or @WritesNothing()`]
      : []),
  ];
}

describe('every route that takes an Idempotency-Key', () => {
  let standalone: StandaloneApplication;
  let routes: readonly DeclaredRoute[];
  beforeAll(async () => {
    standalone = await standaloneApplication();
    routes = declaredRoutes(standalone.application.nest.get(DiscoveryService));
  });
  afterAll(() => standalone.close());

  const keyed = () => routes.filter(takesIdempotencyKey);

  it('says so, and no other does', () => {
    const documented = operationsOf(document)
      .filter(({ operation: { parameters = [] } }) =>
        parameters.some((one) => one.in === 'header' && one.name === 'Idempotency-Key'),
      )
      .map(({ operation }) => operation.operationId);

    expect(documented.length).toBeGreaterThan(20);
    expect(documented.sort()).toEqual(
      keyed()
        .map(({ handler }) => handler.split('.').at(-1))
        .sort(),
    );
  });

  it('documents every problem that comes with a key', () => {
    for (const route of keyed()) {
      const { responses } = operationOf(route);
      expect(responses[400]?.description).toContain('`validation-failed`');
      expect(responses[409]?.description).toContain('`idempotency-in-progress`');
      expect(responses[409]?.description).toContain('`idempotency-answer-lost`');
      expect(responses[422]?.description).toContain('`idempotency-key-reused`');
    }
  });

  it('marks an answer with content or a secret, so that no record ever holds it', () => {
    const faults = keyed().flatMap((route) =>
      replayFaults(operationOf(route), route.replay).map(
        (fault) => `${route.method} ${route.path} ${fault}`,
      ),
    );

    expect(faults).toEqual([]);
  });

  it('would be found without its mark', () => {
    const secret = operations.get('createApiKey')!;
    const content = operations.get('publishVersion')!;
    const harmless = operations.get('createProject')!;

    expect(replayFaults(secret, 'answer')).toEqual(['answers with key and needs @ShowsSecret()']);
    expect(replayFaults(content, 'answer')).toHaveLength(1);
    expect(replayFaults(harmless, 'answer')).toEqual([]);
    expect(replayFaults(harmless, 'secret')).toEqual(['answers with no secret']);
  });

  it('names a restorer that is there', () => {
    const modules = standalone.application.nest.get(ModuleRef);
    const restorers = keyed().flatMap(({ replay }) =>
      typeof replay === 'function' ? [modules.get(replay, { strict: false })] : [],
    );

    expect(restorers.length).toBeGreaterThan(0);
    for (const restorer of restorers) expect(restorer).toBeInstanceOf(AnswerRestorer);
  });

  it('leaves its answer to be sent for it, or there would be nothing to keep', () => {
    const discovery = standalone.application.nest.get(DiscoveryService);
    const names = new Set(keyed().map(({ handler }) => handler));

    const own = discovery.getControllers().flatMap(({ metatype }) => {
      const controller = metatype as Type;
      return Object.getOwnPropertyNames(controller.prototype)
        .filter((method) => sendsItsOwnAnswer(controller, method))
        .map((method) => `${controller.name}.${method}`);
    });

    expect(own).toContain('ReadController.getVersion');
    expect(own.filter((handler) => names.has(handler))).toEqual([]);
  });

  it('is every POST, PUT, PATCH and DELETE but these', () => {
    const exempt = routes.filter((route) => route.method !== 'GET' && !takesIdempotencyKey(route));

    expect(
      exempt
        .map(({ method, path }) => `${method} ${path}`)
        .filter((route) => !/^[A-Z]+ \/v1\/auth\//.test(route))
        .sort(),
    ).toEqual([
      'DELETE /v1/plugins/:plugin/*',
      'PATCH /v1/plugins/:plugin/*',
      'PATCH /v1/plugins/:plugin/-/modals/:id',
      'POST /v1/plugins/-/rescan',
      'POST /v1/plugins/:plugin/*',
      'POST /v1/plugins/:plugin/-/check',
      'POST /v1/plugins/:plugin/-/load',
      'POST /v1/plugins/:plugin/-/modals',
      'POST /v1/plugins/:plugin/-/modals/:id/actions/:action',
      'POST /v1/projects/:project/prompts/:name/versions/:selector/render',
      'POST /v1/projects/:project/prompts/:name/versions/check',
      'POST /v1/projects/:project/prompts/batch-get',
      'POST /v1/projects/:project/webhooks/:id/ping',
      'PUT /v1/plugins/:plugin/*',
    ]);
  });
});

/** Whether a handler takes the reply with `@Res()` and does not pass it on. */
function sendsItsOwnAnswer(controller: Type, method: string): boolean {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as object;
  return (
    Object.keys(parameters).some((key) => key.startsWith(`${RouteParamtypes.RESPONSE}:`)) &&
    Reflect.getMetadata(RESPONSE_PASSTHROUGH_METADATA, controller, method) !== true
  );
}
