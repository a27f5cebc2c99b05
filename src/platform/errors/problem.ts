/** One invalid place in a request: a JSON Pointer (RFC 6901), a stable code and a sentence. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** What a problem code always means; RFC 9457 calls `title` and `status` its fixed members. */
export interface ProblemDefinition {
  readonly code: string;
  readonly status: number;
  readonly title: string;
}

export interface ProblemOptions {
  /** Fields at fault, for problems about the request's content. */
  readonly errors?: readonly FieldError[];
  /** Extension members of the problem document (RFC 9457, 3.2). */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Response headers that the status asks for, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Logged, never sent. */
  readonly cause?: unknown;
}

/** A failure that a caller can act on. The domain throws it; only the filter knows that it becomes HTTP. */
export class Problem extends Error {
  readonly errors: readonly FieldError[];
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly definition: ProblemDefinition,
    detail: string,
    options: ProblemOptions = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'Problem';
    this.errors = options.errors ?? [];
    this.members = options.members ?? {};
    this.headers = options.headers ?? {};
  }

  get code(): string {
    return this.definition.code;
  }
}

/** Throws nothing itself: it makes the problem, and the caller throws it where it happened. */
export interface ProblemFactory {
  (detail: string, options?: ProblemOptions): Problem;
  readonly definition: ProblemDefinition;
}

const catalogue = new Map<string, ProblemDefinition>();

/**
 * Registers one problem code. A code has one status and one title for ever; a second registration
 * of the same code is a mistake in the program and stops it while it loads.
 */
export function defineProblem(
  code: string,
  { status, title }: { status: number; title: string },
): ProblemFactory {
  if (catalogue.has(code)) throw new Error(`problem code ${code} is defined twice`);
  const definition: ProblemDefinition = Object.freeze({ code, status, title });
  catalogue.set(code, definition);
  const factory = (detail: string, options?: ProblemOptions) =>
    new Problem(definition, detail, options);
  return Object.assign(factory, { definition });
}

/** Every code registered so far, sorted; the OpenAPI document and the docs are made from it. */
export function problemCatalogue(): readonly ProblemDefinition[] {
  return [...catalogue.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}
