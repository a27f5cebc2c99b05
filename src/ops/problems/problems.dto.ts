export class ProblemTypeResponse {
  /** Stable; it never changes its status or meaning. */
  code: string;
  /** The HTTP status that it always comes with. */
  status: number;
  /** What it means. */
  title: string;
}

export class ProblemListResponse {
  items: ProblemTypeResponse[];
}
