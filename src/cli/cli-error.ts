/** A failure whose message is all that the user needs; no stack is shown. */
export class CliError extends Error {}
