export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly 'x-permission'?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
}

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema?: object;
}

type Content = Readonly<Record<string, { readonly schema?: object }>>;

interface Response {
  readonly description?: string;
  readonly content?: Content;
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

export interface NamedOperation {
  /** Such as `GET /v1/projects/{project}`. */
  readonly route: string;
  readonly operation: Operation;
}

export function operationsOf(document: OpenApiDocument): readonly NamedOperation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
}

/** What a generated client or its reader would miss, as `route: what is wrong`. */
export function findFaults(document: OpenApiDocument): readonly string[] {
  const operations = operationsOf(document);
  const faults = operations.flatMap(({ route, operation }) =>
    [
      ...nameFaults(operation),
      ...parameterFaults(route, operation),
      ...responseFaults(operation),
    ].map((fault) => `${route}: ${fault}`),
  );
  const ids = operations.map(({ operation }) => operation.operationId);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  return [
    ...faults,
    ...twice.map((id) => `two operations are called ${String(id)}`),
    ...schemaFaults(document.components.schemas, '#/components/schemas'),
  ];
}

function nameFaults(operation: Operation): string[] {
  const { operationId, summary, tags, security, 'x-permission': permission } = operation;
  const expected = permission === 'public' ? '[{}]' : '[{"bearer":[]}]';
  return [
    ...(/^[a-z][A-Za-z]+$/.test(operationId ?? '') ? [] : ['has no speaking operationId']),
    ...(summary?.endsWith('.') ? [] : ['has no sentence as its summary']),
    ...(tags?.length === 1 ? [] : ['has not one tag']),
    ...(permission === undefined ? ['declares no x-permission'] : []),
    ...(JSON.stringify(security) === expected ? [] : ['has a security that is not its permission']),
  ];
}

function parameterFaults(route: string, { parameters = [] }: Operation): string[] {
  const inPath = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const described = parameters.filter((parameter) => parameter.in === 'path');
  return [
    ...parameters
      .filter(({ description }) => !description)
      .map(({ name }) => `says nothing about the parameter ${name}`),
    ...parameters
      .filter(({ schema = {} }) => !('type' in schema))
      .map(({ name }) => `has no type for the parameter ${name}`),
    ...(described.every(({ required }) => required) ? [] : ['has an optional part in its path']),
    ...(inPath.join() === described.map(({ name }) => name).join()
      ? []
      : ['describes other parameters than its path has']),
  ];
}

function responseFaults(operation: Operation): string[] {
  const { responses, parameters = [], requestBody, 'x-permission': permission } = operation;
  const takesInput = requestBody !== undefined || parameters.some((one) => one.in === 'query');
  const needed = [
    'default',
    ...(takesInput ? ['400'] : []),
    ...(permission === 'public' ? [] : ['401', '403']),
  ];
  const bodies = Object.entries(responses).flatMap(([status, { content = {} }]) =>
    Object.entries(content).map(([type, { schema }]) => ({ status, type, schema })),
  );
  return [
    ...needed.filter((status) => !(status in responses)).map((status) => `lacks ${status}`),
    ...Object.keys(responses)
      .filter((status) => /^20[01]$/.test(status) && !responses[status]?.content)
      .map((status) => `has no body for ${status}`),
    ...bodies
      .filter(({ schema }) => !schema || Object.keys(schema).length === 0)
      .map(({ status }) => `has no schema for ${status}`),
    ...bodies
      .filter(({ status, type }) => isProblem(status) !== (type === 'application/problem+json'))
      // A balancer asks for readiness; what it gets is the state and no problem.
      .filter(({ status }) => !(status === '503' && operation.operationId === 'ready'))
      .map(({ status, type }) => `answers ${status} as ${type}`),
  ];
}

const isProblem = (status: string) => status === 'default' || Number(status) >= 400;

const shapes = ['properties', 'additionalProperties', 'oneOf', 'anyOf'];

/** Shapes that are not said, and what OpenAPI 3.1 no longer knows. */
function schemaFaults(node: unknown, place: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const isShapeless = Object.keys(node).length === 0 && !Array.isArray(node);
  const isEmptyObject = 'properties' in node && Object.keys(node.properties as object).length === 0;
  // A generated client lets nothing be sent or read where an object has no members.
  const isClosed = 'type' in node && node.type === 'object' && !shapes.some((key) => key in node);
  return [
    ...(isClosed ? [`${place} is an object without members`] : []),
    ...(isShapeless || isEmptyObject ? [`${place} is empty`] : []),
    ...('nullable' in node ? [`${place} uses nullable, which OpenAPI 3.1 does not know`] : []),
    ...Object.entries(node).flatMap(([key, child]) => schemaFaults(child, `${place}/${key}`)),
  ];
}
