import { CliError } from '../cli-error.js';

/** What the user asks about: `project/name@selector`. Names of prompts hold slashes too. */
export interface VersionReference {
  readonly project: string;
  readonly name: string;
  readonly selector: string;
}

/** @throws CliError */
export function parseReference(text: string): VersionReference {
  const { project, name, selector } =
    /^(?<project>[^/]+)\/(?<name>.+)@(?<selector>[^@]+)$/.exec(text)?.groups ?? {};
  if (project === undefined || name === undefined || selector === undefined) {
    throw new CliError(`${text} names no version: give one such as acme/support/triage@1.2.3`);
  }
  return { project, name, selector };
}

/** Whether the selector is a number and not something that moves, such as `latest` or a range. */
export function isExact({ selector }: VersionReference): boolean {
  return /^\d+\.\d+\.\d+(?:-[\dA-Za-z.-]+)?$/.test(selector);
}

export function referenceText({ project, name, selector }: VersionReference): string {
  return `${project}/${name}@${selector}`;
}
