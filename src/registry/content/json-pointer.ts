const maxPointerLength = 200;

/** A property name as one segment of a JSON Pointer (RFC 6901, 3). */
export function pointerSegment(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The pointer, or that of the deepest ancestor short enough to stand in an answer. */
export function shortPointer(pointer: string): string {
  if (pointer.length <= maxPointerLength) return pointer;
  return pointer.slice(0, pointer.lastIndexOf('/', maxPointerLength));
}
