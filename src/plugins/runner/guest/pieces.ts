import { create, defineProperty, sliceOf, visit } from './primordials.js';

/*
 * A text crosses the border of an isolate in pieces. isolated-vm makes strings of a kilobyte and more
 * into external ones, which neither side gives back before its next full collection: a plugin that is
 * called often would be killed for memory that nobody uses.
 */

/** Less than a kilobyte, whatever the characters are. */
export const pieceLength = 500;

/** Puts the pieces of a text at the end of a message. */
export function appendText(message: unknown[], text: string): unknown[] {
  for (let from = 0; from < text.length; from += pieceLength) {
    // SECURITY: not by assignment, which would look for a setter that a plugin may have put there.
    defineProperty(message, message.length, element(sliceOf(text, from, from + pieceLength)));
  }
  return message;
}

export function textOf(pieces: readonly string[]): string {
  let text = '';
  visit(pieces, (piece) => {
    text += piece;
  });
  return text;
}

function element(value: string): PropertyDescriptor {
  const descriptor = create(null) as PropertyDescriptor;
  descriptor.value = value;
  descriptor.configurable = true;
  descriptor.enumerable = true;
  descriptor.writable = true;
  return descriptor;
}
