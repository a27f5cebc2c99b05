interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

/** What the server refused (RFC 9457). Its message is for a person: code, detail, fields at fault. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    errors: readonly FieldError[] = [],
  ) {
    super([`${code}: ${detail}`, ...errors.map(fieldLine)].join('\n'));
  }
}

function fieldLine({ pointer, detail }: FieldError): string {
  return `  ${pointer}: ${detail}`;
}

/** Something between here and the server may answer without a problem document. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const { status } = response;
  const body: unknown = await response.json().catch(() => undefined);
  if (!isProblemDocument(body)) {
    return new ApiProblem(status, `http-${status}`, 'the server gave no reason');
  }
  return new ApiProblem(status, body.code, body.detail, body.errors);
}

interface ProblemDocument {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

function isProblemDocument(body: unknown): body is ProblemDocument {
  const document = body as Partial<ProblemDocument> | null | undefined;
  return typeof document?.code === 'string' && typeof document.detail === 'string';
}
