/*
 * The event stream of the HTML standard (9.2). An event is told to the reader at its empty line; an
 * id without data is kept by the reader and told to nobody.
 */

/** A change as it waits to be sent. */
export interface ToldChange {
  readonly revision: number;
  readonly prompt: string;
  readonly json: string;
}

/** @param isLast of its revision: only then has the reader all of it, and may begin after it */
export function changeText({ revision, json }: ToldChange, isLast: boolean): string {
  return `${isLast ? `id: ${revision}\n` : ''}event: change\ndata: ${json}\n\n`;
}

/** From here on the reader is told everything. */
export function readyText(revision: number): string {
  return standText('ready', revision);
}

/** Something was left out: the reader has to look for itself, and is told everything from here on. */
export function resyncText(revision: number): string {
  return standText('resync', revision);
}

/** @param revision to begin after, when it is a later one than the last that was sent */
export function heartbeatText(revision: number | undefined): string {
  return revision === undefined ? ': heartbeat\n\n' : `: heartbeat\nid: ${revision}\n\n`;
}

export function retryText(delayMs: number): string {
  return `retry: ${delayMs}\n\n`;
}

function standText(event: string, revision: number): string {
  return `id: ${revision}\nevent: ${event}\ndata: {"revision":${revision}}\n\n`;
}
