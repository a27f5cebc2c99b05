export class ProgramVersionResponse {
  name: 'promptd';
  /** Semver of this program, not of any prompt. */
  version: string;
  /** Of the runtime. */
  node: string;
}
