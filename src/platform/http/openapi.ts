import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, getSchemaPath, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ProblemResponse } from './problem.dto.js';

export interface ApiDescription {
  readonly version: string;
  readonly publicUrl: string | undefined;
  /** Components that are JSON Schema already, by name. */
  readonly components: Readonly<Record<string, object>>;
  /** What a parameter of a path means, by its name. */
  readonly pathParameters: Readonly<Record<string, PathParameter>>;
}

export interface PathParameter {
  readonly description: string;
  readonly schema: object;
}

/** The OpenAPI 3.1 document of every route, made from the controllers and the request classes. */
export function describeApi(app: INestApplication, description: ApiDescription): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('promptd')
    .setDescription('A prompt registry: immutable semver versions, labels that move, one HTTP API.')
    .setVersion(description.version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', description: 'An access token, or an API key (`pdk_…`).' });
  if (description.publicUrl !== undefined) builder.addServer(description.publicUrl);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (_controller, method) => method,
  });
  const schemas = ((document.components ??= {}).schemas ??= {});
  for (const schema of Object.values(schemas)) sharpen(schema as ObjectSchema);
  Object.assign(schemas, description.components);
  for (const operation of operationsOf(document)) {
    describePath(operation, description.pathParameters);
    operation.responses.default = anyProblem;
  }
  return asVersion31(document) as OpenAPIObject;
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { type?: unknown; format?: unknown }>>;
}

/**
 * Says of our own requests and answers what TypeScript's types do not: every number of theirs is a
 * whole one, and what happened `…At` some time is an RFC 3339 time.
 */
function sharpen({ properties = {} }: ObjectSchema): void {
  for (const [name, property] of Object.entries(properties)) {
    const types = [property.type].flat();
    if (types.includes('number')) property.type = wholeNumber(property.type);
    if (types.includes('string') && /(?:^a|A)t$/.test(name)) property.format = 'date-time';
  }
}

/** A type that may be null is a list of two. */
function wholeNumber(type: unknown): unknown {
  return Array.isArray(type) ? type.map(wholeNumber) : type === 'number' ? 'integer' : type;
}

function operationsOf(document: OpenAPIObject): Operation[] {
  return Object.values(document.paths).flatMap((item) => Object.values(item) as Operation[]);
}

function describePath(
  { parameters = [] }: Operation,
  known: ApiDescription['pathParameters'],
): void {
  for (const parameter of parameters) {
    if (parameter.in === 'path') Object.assign(parameter, known[parameter.name]);
  }
}

/** What no handler declares, because any of them can end so. */
const anyProblem = {
  description: 'Any other problem, such as `database-unavailable` or `internal`.',
  content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemResponse) } } },
};

interface Operation {
  readonly parameters?: { readonly in: string; readonly name: string }[];
  readonly responses: Record<string, object>;
}

/** The schemas as OpenAPI 3.1 has them; what makes them still writes some of them as 3.0 did. */
function asVersion31(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asVersion31);
  if (typeof value !== 'object' || value === null) return value;
  const node = Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, asVersion31(member)]),
  );
  return withNullType(withPlainReference(node));
}

type Schema = Readonly<Record<string, unknown>>;

/** `$ref` may have neighbours, so nothing needs an `allOf` of one, which generators misread. */
function withPlainReference({ allOf, ...rest }: Schema): Schema {
  if (!Array.isArray(allOf)) return rest;
  return allOf.length === 1 ? { ...(allOf[0] as Schema), ...rest } : { ...rest, allOf };
}

/** There is no `nullable`: null is a type among others, as in JSON Schema. */
function withNullType({ nullable, ...schema }: Schema): Schema {
  if (nullable !== true) return schema;
  if (typeof schema.type !== 'string') return { anyOf: [schema, { type: 'null' }] };
  const values = Array.isArray(schema.enum) ? { enum: [...(schema.enum as unknown[]), null] } : {};
  return { ...schema, ...values, type: [schema.type, 'null'] };
}

/** Serves the document at `/openapi.json` and a page to try it at `/docs`. */
export function serveApiDescription(app: INestApplication, describe: () => OpenAPIObject): void {
  SwaggerModule.setup('docs', app, describe, { jsonDocumentUrl: 'openapi.json' });
}
