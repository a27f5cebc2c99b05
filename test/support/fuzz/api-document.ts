import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type OpenApiDocument,
  type Operation,
  operationsOf,
} from '../../contract/openapi-rules.js';

export type Schema = Readonly<Record<string, unknown>>;

export interface ApiOperation {
  /** Such as `GET /v1/projects/{project}`. */
  readonly route: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly ApiParameter[];
  /** Undefined when the operation reads no body. */
  readonly body: Schema | undefined;
  readonly responses: Operation['responses'];
}

export interface ApiParameter {
  readonly in: string;
  readonly name: string;
  readonly required: boolean;
  readonly schema: Schema;
}

export interface ApiDocument {
  readonly operations: readonly ApiOperation[];
  /** The named schemas. */
  readonly schemas: Readonly<Record<string, Schema>>;
}

/**
 * The description of the API as it is checked in, which is how the program serves it: a contract
 * test holds the two together. Tests run without the compiler that makes it.
 */
export function readApiDocument(): ApiDocument {
  const file = join(import.meta.dirname, '..', '..', '..', 'openapi.json');
  return apiDocument(JSON.parse(readFileSync(file, 'utf8')) as OpenApiDocument);
}

export function apiDocument(document: OpenApiDocument): ApiDocument {
  const operations = operationsOf(document).map(({ route, operation }) => {
    const [method = '', path = ''] = route.split(' ');
    const parameters = (operation.parameters ?? []).map(({ schema = {}, ...parameter }) => ({
      ...parameter,
      schema: schema as Schema,
    }));
    const body = operation.requestBody?.content['application/json']?.schema as Schema | undefined;
    return { route, method, path, parameters, body, responses: operation.responses };
  });
  return { operations, schemas: document.components.schemas as Readonly<Record<string, Schema>> };
}
