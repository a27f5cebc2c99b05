/** A line ends a sentence too, since prompts are lists as often as prose. */
const end = /\n|(?<=[.!?])\s+|(?<=[。！？])/u;
const bullet = /^(?:[-*•#>]+|\d{1,3}[.)])\s+/u;

/**
 * @param {string} text
 * @returns {string[]} without bullets and numbers before them
 */
export function sentencesOf(text) {
  return text
    .split(end)
    .map((part) => part.trim().replace(bullet, ''))
    .filter((part) => /[\p{L}\p{N}]/u.test(part));
}
