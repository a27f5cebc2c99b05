const headEnd = '\r\n\r\n';
const lengthName = 'content-length:';

/**
 * Finds where each answer ends in the bytes of one connection on which one request is open at a
 * time. Knows only what the servers measured here send: a status line, headers, Content-Length.
 */
export class AnswerReader {
  private head = '';
  /** Bytes of the body that are still to come; undefined while the headers are. */
  private missing: number | undefined;
  private status = 0;

  /** The status when the chunk completes the answer, otherwise undefined. */
  read(chunk: Buffer, size: number): number | undefined {
    if (this.missing !== undefined) return this.countBody(size);
    const text = this.head + chunk.toString('latin1', 0, size);
    const end = text.indexOf(headEnd);
    if (end < 0) {
      this.head = text;
      return undefined;
    }
    this.head = '';
    this.status = Number(text.slice(9, 12));
    this.missing = bodyLength(this.status, text.slice(0, end));
    return this.countBody(text.length - end - headEnd.length);
  }

  private countBody(size: number): number | undefined {
    const left = (this.missing ?? 0) - size;
    if (left < 0) throw new Error('an answer is longer than its Content-Length');
    this.missing = left === 0 ? undefined : left;
    return left === 0 ? this.status : undefined;
  }
}

function bodyLength(status: number, head: string): number {
  if (status === 304 || status === 204) return 0;
  const lower = head.toLowerCase();
  const at = lower.indexOf(lengthName);
  const length = at < 0 ? NaN : parseInt(lower.slice(at + lengthName.length), 10);
  if (Number.isNaN(length)) throw new Error(`an answer without a Content-Length:\n${head}`);
  return length;
}
