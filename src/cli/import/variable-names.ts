const identifier = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const reserved = ['constructor', 'prototype', '__proto__'];
/** Leaves room for a leading underscore and a number at the end within 64 characters. */
const MAX_SLUG_CHARACTERS = 59;

/** Whether a placeholder's name can be the name of a variable as it is. */
export function isVariableName(name: string): boolean {
  return identifier.test(name) && !reserved.includes(name);
}

/**
 * Names the variable of every placeholder of one text: itself where it can be, else a slug in snake
 * case that no other placeholder of the text has. The same names in the same order give the same
 * slugs, so that the versions of a prompt agree.
 */
export function variableNames(placeholders: Iterable<string>): ReadonlyMap<string, string> {
  const names = [...new Set(placeholders)];
  const taken = new Set([...reserved, ...names.filter(isVariableName)]);
  return new Map(
    names.map((name) => {
      if (isVariableName(name)) return [name, name];
      const slug = freeName(slugOf(name), taken);
      taken.add(slug);
      return [name, slug];
    }),
  );
}

/** `Points clés` becomes `points_cles`; a name without a letter or digit of ASCII, `variable`. */
function slugOf(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.match(/[a-z0-9]+/g) ?? ['variable'];
  const slug = words.join('_').slice(0, MAX_SLUG_CHARACTERS);
  return /^\d/.test(slug) ? `_${slug}` : slug;
}

function freeName(slug: string, taken: ReadonlySet<string>): string {
  let name = slug;
  for (let count = 2; taken.has(name); count += 1) name = `${slug}_${count}`;
  return name;
}
