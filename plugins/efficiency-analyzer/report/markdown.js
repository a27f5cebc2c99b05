/** @import { Report } from '../metrics/chain-analysis.js' */

/**
 * The report for people: what it says of a prompt's own text stands in code spans, so that no
 * prompt can write a part of the report.
 *
 * @param {string} name
 * @param {Report} report
 */
export function markdownOf(name, report) {
  return [
    `# Prompt efficiency: ${code(name)}`,
    summaryLines(report),
    '## Versions',
    versionTable(report),
    ...(report.steps.length === 0 ? [] : ['## Steps', stepTable(report)]),
    ...findings(report),
    '',
  ].join('\n\n');
}

/** @param {Report} report */
export function summaryLines({ summary }) {
  if (summary.psi === null) return 'One version: there is no step to measure stability by.';
  return [
    `**Prompt Stability Index: ${summary.psi.toFixed(1)} of 100** over ${summary.versions} versions.`,
    '',
    `- mean similarity ${share(summary.meanSimilarity)}`,
    `- mean cache-hit score ${share(summary.meanCacheHit)}`,
    `- mean context drift ${share(summary.meanContextDrift)}`,
  ].join('\n');
}

/** @param {Report} report */
function versionTable({ versions }) {
  return table(
    [
      ...['version', 'cl100k_base', 'o200k_base', 'of budget', 'strictness', 'ambiguity'],
      ...['schema', 'redundancy', 'conflicts', 'injection', 'readability', 'placeholders'],
    ],
    versions.map((one) => [
      one.version,
      one.tokens.cl100k_base,
      one.tokens.o200k_base,
      share(one.tokens.shareOfBudget),
      share(one.constraintStrictness.score),
      share(one.ambiguity.score),
      share(one.outputSchemaCompliance.score),
      share(one.redundancy.score),
      one.instructionConflicts.conflicts.length,
      share(one.injectionSurface.score),
      share(one.readability.score),
      one.placeholders.used.length,
    ]),
  );
}

/** @param {Report} report */
function stepTable({ steps }) {
  return table(
    [
      ...['step', 'similarity', 'levenshtein', 'jaro-winkler', 'jaccard', 'cache hit'],
      ...['drift', 'volatility', 'placeholders kept', 'cl100k_base', 'o200k_base'],
    ],
    steps.map((step) => [
      `${step.from} → ${step.to}`,
      share(step.similarity.score),
      share(step.similarity.levenshtein),
      share(step.similarity.jaroWinkler),
      share(step.similarity.jaccard),
      share(step.cacheHit.score),
      share(step.contextDrift),
      share(step.segmentVolatility),
      share(step.placeholderStability),
      signed(step.tokenDelta.cl100k_base),
      signed(step.tokenDelta.o200k_base),
    ]),
  );
}

/**
 * What to look at in the newest version.
 *
 * @param {Report} report
 */
function findings({ versions }) {
  const newest = versions.at(-1);
  if (newest === undefined) return [];
  const { instructionConflicts, redundancy, ambiguity, placeholders, injectionSurface } = newest;
  const lines = [
    ...instructionConflicts.conflicts.map(
      ({ one, other }) => `- These contradict each other: ${code(one)} and ${code(other)}.`,
    ),
    ...redundancy.repeatedSentences.map(
      ({ sentence, times }) => `- This is said ${times} times: ${code(sentence)}.`,
    ),
    ...ambiguity.terms.map(({ term, count }) => `- ${code(term)} is vague (${count} times).`),
    ...placeholders.unused.map((name) => `- ${code(name)} is declared and never used.`),
    ...(injectionSurface.undelimited === 0 ? [] : [undelimited(injectionSurface)]),
    ...(newest.tokens.withinBudget ? [] : [`- It has more than ${newest.tokens.budget} tokens.`]),
  ];
  return lines.length === 0 ? [] : [`## To look at in ${newest.version}`, lines.join('\n')];
}

/** @param {{ untrusted: number, undelimited: number }} surface */
function undelimited({ untrusted, undelimited }) {
  const rest = 'stand without quotes or tags around them.';
  return `- ${undelimited} of ${untrusted} values ${rest}`;
}

/**
 * @param {string[]} head
 * @param {(string | number)[][]} rows
 */
function table(head, rows) {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** @param {number | null} value */
function share(value) {
  return value === null ? '-' : value.toFixed(3);
}

/** @param {number} value */
function signed(value) {
  return value > 0 ? `+${value}` : String(value);
}

/**
 * A code span on one line; a text can hold no backtick that would end it.
 *
 * @param {string} text
 */
function code(text) {
  return `\`${text.replace(/[`|\s]+/g, ' ').trim()}\``;
}
