import { tagsOf } from '../text/placeholders.js';

/** What the values of these types can be is too little to give orders with. */
const harmless = new Set(['number', 'integer', 'boolean', 'enum']);

/** Pairs that tell a model where a value ends. */
const fences = new Map([
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['>', '<'],
  ['“', '”'],
  ['«', '»'],
]);

const guard =
  /\b(?:treat (?:it|this|that|them|the [a-z ]{1,40}) as (?:data|untrusted)|ignore (?:any|all) (?:instructions|commands|orders)|never follow (?:any |the )?instructions|untrusted (?:input|data|text|content)|not (?:as )?instructions)\b/;

/**
 * Injection surface: the places where somebody else's text gets into the prompt. Each weighs 1, or a
 * quarter inside quotes, backticks or tags, and half as much again among the orders of the prompt. The score
 * nears 1 with their sum, and is halved when the prompt says how to take such text.
 *
 * @param {import('../text/places.js').Place[]} places
 * @param {import('promptd:api').Variable[]} variables
 */
export function injectionOf(places, variables) {
  const types = new Map(variables.map(({ name, type }) => [name, type]));
  let [untrusted, undelimited, instructs, weight] = [0, 0, 0, 0];
  for (const place of places) {
    for (const tag of tagsOf(place.text)) {
      if (tag.section || harmless.has(types.get(tag.name) ?? 'string')) continue;
      const open = !fenced(place.text, tag);
      untrusted += 1;
      if (open) undelimited += 1;
      if (place.instructs) instructs += 1;
      weight += (open ? 1 : 0.25) * (place.instructs ? 1.5 : 1);
    }
  }
  const guarded = places.some(({ text }) => guard.test(text.toLowerCase()));
  const score = (1 - 1 / (1 + weight / 2)) * (guarded ? 0.5 : 1);
  return { score, untrusted, undelimited, amongInstructions: instructs, guarded };
}

/**
 * @param {string} text
 * @param {import('../text/placeholders.js').Tag} tag
 */
function fenced(text, { start, end }) {
  // More than a few spaces and a line break are no fence any more.
  const before =
    text
      .slice(Math.max(0, start - 8), start)
      .trimEnd()
      .at(-1) ?? '';
  const behind = text.slice(end, end + 8).trimStart()[0];
  return behind !== undefined && fences.get(before) === behind;
}
