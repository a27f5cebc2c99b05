/**
 * Writes a text as UTF-8 and says how many bytes it took; at most three for each UTF-16 unit. A
 * plugin has no TextEncoder. A lone surrogate becomes U+FFFD, as there.
 *
 * @param {string} text
 * @param {Uint8Array} bytes
 */
export function writeUtf8(text, bytes) {
  let end = 0;
  for (let at = 0; at < text.length; at += 1) {
    let code = /** @type {number} */ (text.codePointAt(at));
    if (code > 0xffff) at += 1;
    else if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;

    if (code < 0x80) {
      bytes[end++] = code;
      continue;
    }
    const more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    bytes[end++] = ((0xff00 >> (more + 1)) & 0xff) | (code >> (6 * more));
    for (let left = more - 1; left >= 0; left -= 1) {
      bytes[end++] = 0x80 | ((code >> (6 * left)) & 0x3f);
    }
  }
  return end;
}
