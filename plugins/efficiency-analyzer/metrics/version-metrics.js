import { usedNames } from '../text/placeholders.js';
import { placesOf, wholeText } from '../text/places.js';
import { segmentsOf } from '../text/segments.js';
import { sentencesOf } from '../text/sentences.js';
import { wordsOf } from '../text/words.js';
import { countTokens, encodingNames } from '../tokens/encodings.js';
import { ambiguityOf } from './ambiguity.js';
import { conflictsOf } from './conflicts.js';
import { injectionOf } from './injection.js';
import { readabilityOf } from './readability.js';
import { redundancyOf } from './redundancy.js';
import { schemaComplianceOf } from './schema-compliance.js';
import { strictnessOf } from './strictness.js';

/** @import { Content } from 'promptd:api' */

/**
 * A content with what a comparison needs of it, so that each version is read once.
 *
 * @typedef {object} ReadVersion
 * @property {string} version
 * @property {string} text
 * @property {import('../text/segments.js').Segments} segments
 * @property {string[]} placeholders the names that the texts use
 * @property {VersionMetrics} metrics
 */

/** @typedef {ReturnType<typeof metricsOf>} VersionMetrics */

/**
 * @param {string} version
 * @param {Content} content
 * @param {number} tokenBudget
 * @returns {ReadVersion}
 */
export function readVersion(version, content, tokenBudget) {
  const places = placesOf(content);
  const text = wholeText(places);
  const placeholders = usedNames(places, content);
  return {
    version,
    text,
    segments: segmentsOf(content),
    placeholders,
    metrics: metricsOf(content, places, placeholders, tokenBudget),
  };
}

/**
 * @param {Content} content
 * @param {import('../text/places.js').Place[]} places
 * @param {string[]} used
 * @param {number} tokenBudget
 */
function metricsOf(content, places, used, tokenBudget) {
  const text = wholeText(places);
  const words = wordsOf(text);
  const sentences = sentencesOf(text);
  return {
    kind: content.kind,
    characters: text.length,
    words: words.length,
    constraintStrictness: strictnessOf(words),
    ambiguity: ambiguityOf(words),
    outputSchemaCompliance: schemaComplianceOf(content, text),
    redundancy: redundancyOf(words, sentences),
    instructionConflicts: conflictsOf(sentences),
    injectionSurface: injectionOf(places, content.variables ?? []),
    readability: readabilityOf(sentences),
    placeholders: placeholdersOf(content, used),
    tokens: tokensOf(places, tokenBudget),
  };
}

/**
 * @param {Content} content
 * @param {string[]} used
 */
function placeholdersOf(content, used) {
  const declared = (content.variables ?? []).map(({ name }) => name);
  return {
    declared: declared.length,
    used,
    unused: declared.filter((name) => !used.includes(name)).sort(),
  };
}

/**
 * Of the templates as they stand, each text for itself: what a model is sent also has the values,
 * and what its vendor puts around messages.
 *
 * @param {import('../text/places.js').Place[]} places
 * @param {number} budget
 */
function tokensOf(places, budget) {
  const [cl100k, o200k] = encodingNames.map((encoding) =>
    places.reduce((sum, { text }) => sum + countTokens(text, encoding), 0),
  );
  const counts = { cl100k_base: cl100k ?? 0, o200k_base: o200k ?? 0 };
  const most = Math.max(counts.cl100k_base, counts.o200k_base);
  return { ...counts, budget, shareOfBudget: most / budget, withinBudget: most <= budget };
}
