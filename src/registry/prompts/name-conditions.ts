/** SQL about a table called `prompt`, with the parameters it needs. */
export type NameCondition = [sql: string, parameters: Record<string, string>];

/** Sorts after every character of a prompt name, and so ends the names that start with a text. */
const AFTER_NAMES = '~';

/**
 * SECURITY: the prompts that the patterns of an API key reach. Whatever lists prompts or things that
 * name them makes it part of the query, so that pages and totals tell nothing about what is outside.
 *
 * @param patterns without `*`, which needs no condition
 */
export function namedWithin(patterns: readonly string[]): NameCondition {
  const conditions = patterns.map((pattern, index): NameCondition => {
    const parameter = `pattern${index}`;
    return pattern.endsWith('/*')
      ? startsWith(pattern.slice(0, -1), parameter)
      : [`prompt.name = :${parameter}`, { [parameter]: pattern }];
  });
  const any = ['1 = 0', ...conditions.map(([sql]) => sql)].join(' OR ');
  const parameters = conditions.map(([, values]) => values);
  return [`(${any})`, Object.assign({}, ...parameters) as Record<string, string>];
}

/** A range, which every database answers from the index on names; LIKE does not do that. */
export function startsWith(prefix: string, parameter: string): NameCondition {
  return [
    `(prompt.name >= :${parameter}From AND prompt.name < :${parameter}To)`,
    { [`${parameter}From`]: prefix, [`${parameter}To`]: prefix + AFTER_NAMES },
  ];
}
