import type { EndpointDeclaration } from '../package/manifest.js';

export interface MatchedEndpoint {
  readonly endpoint: EndpointDeclaration;
  /** By the names of the path's parameters. */
  readonly params: Readonly<Record<string, string>>;
}

export interface EndpointMatch {
  readonly found: MatchedEndpoint | undefined;
  /** What the path can be asked with; empty when there is no such path. */
  readonly methods: readonly string[];
}

/**
 * Looks a request up in the endpoints of a manifest. Where several paths fit, a literal goes before a
 * parameter, segment by segment.
 *
 * @param segments of the path, decoded
 */
export function matchEndpoint(
  endpoints: readonly EndpointDeclaration[],
  method: string,
  segments: readonly string[],
): EndpointMatch {
  const fitting = endpoints
    .filter(({ path }) => fits(partsOf(path), segments))
    .toSorted((a, b) => bySpecificity(partsOf(a.path), partsOf(b.path)));
  const endpoint = fitting.find((one) => one.method === method);
  return {
    found: endpoint && { endpoint, params: paramsOf(partsOf(endpoint.path), segments) },
    methods: [...new Set(fitting.map((one) => one.method))].sort(),
  };
}

function partsOf(path: string): readonly string[] {
  return path.slice(1).split('/');
}

function isParameter(part: string | undefined): boolean {
  return part?.startsWith(':') ?? false;
}

function fits(parts: readonly string[], segments: readonly string[]): boolean {
  return (
    parts.length === segments.length &&
    parts.every((part, index) => isParameter(part) || part === segments[index])
  );
}

function bySpecificity(a: readonly string[], b: readonly string[]): number {
  const index = a.findIndex((part, at) => isParameter(part) !== isParameter(b[at]));
  if (index === -1) return 0;
  return isParameter(a[index]) ? 1 : -1;
}

function paramsOf(parts: readonly string[], segments: readonly string[]) {
  const pairs = parts.flatMap((part, index) =>
    isParameter(part) ? [[part.slice(1), segments[index] ?? ''] as const] : [],
  );
  return Object.fromEntries(pairs);
}
