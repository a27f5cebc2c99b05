/** One invalid place in the request. */
export class FieldErrorResponse {
  /** JSON Pointer (RFC 6901) into the request. */
  pointer: string;
  /** Stable; what a program should look at. */
  code: string;
  detail: string;
}

/** An error, by RFC 9457. Some problems carry further members. */
export class ProblemResponse {
  /** A relative URI that is the same for every problem of this code. */
  type: string;
  title: string;
  status: number;
  /** What was expected and what to do, for a person. */
  detail: string;
  /** `urn:request:` and the request id, as in the server's log. */
  instance: string;
  /** Stable; what a program should look at. */
  code: string;
  errors?: FieldErrorResponse[];
}
