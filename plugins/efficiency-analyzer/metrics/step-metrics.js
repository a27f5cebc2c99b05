import { jaccard } from '../similarity/jaccard.js';
import { similarityOf } from '../similarity/hybrid.js';
import { segmentNames, staticSegments } from '../text/segments.js';
import { wordsOf } from '../text/words.js';

/** @import { ReadVersion } from './version-metrics.js' */
/** @typedef {ReturnType<typeof stepMetrics>} StepMetrics */

/**
 * What changed from one version to the next.
 *
 * @param {ReadVersion} from
 * @param {ReadVersion} to
 */
export function stepMetrics(from, to) {
  const drift = 1 - jaccard(wordSet(from.segments.context), wordSet(to.segments.context));
  return {
    from: from.version,
    to: to.version,
    similarity: similarityOf(from.text, to.text),
    cacheHit: cacheHitOf(from.segments, to.segments),
    contextDrift: drift,
    segmentVolatility: volatilityOf(from.segments, to.segments),
    placeholderStability: jaccard(new Set(from.placeholders), new Set(to.placeholders)),
    tokenDelta: {
      cl100k_base: to.metrics.tokens.cl100k_base - from.metrics.tokens.cl100k_base,
      o200k_base: to.metrics.tokens.o200k_base - from.metrics.tokens.o200k_base,
    },
  };
}

/**
 * How likely a provider's cache of the old version serves the new one:
 * `0.78 mean(static sections) + 0.22 context`, times 0.85 when the context is below 0.40. A section that
 * neither has is left out; a context that neither has is alike.
 *
 * @param {import('../text/segments.js').Segments} from
 * @param {import('../text/segments.js').Segments} to
 */
export function cacheHitOf(from, to) {
  const sections = staticSegments
    .filter((name) => from[name] !== undefined || to[name] !== undefined)
    .map((name) => ({ name, similarity: similarityOf(from[name] ?? '', to[name] ?? '').score }));
  const sum = sections.reduce((total, { similarity }) => total + similarity, 0);
  const statics = sections.length === 0 ? 1 : sum / sections.length;
  const context = similarityOf(from.context ?? '', to.context ?? '').score;
  return { score: cacheScore(statics, context), static: statics, context, sections };
}

/**
 * @param {number} statics
 * @param {number} context
 */
export function cacheScore(statics, context) {
  return (0.78 * statics + 0.22 * context) * (context < 0.4 ? 0.85 : 1);
}

/**
 * The share of parts that are not what they were.
 *
 * @param {import('../text/segments.js').Segments} from
 * @param {import('../text/segments.js').Segments} to
 */
function volatilityOf(from, to) {
  const present = segmentNames.filter((name) => from[name] !== undefined || to[name] !== undefined);
  const changed = present.filter((name) => from[name] !== to[name]);
  return present.length === 0 ? 0 : changed.length / present.length;
}

/** @param {string | undefined} text */
function wordSet(text = '') {
  return new Set(wordsOf(text));
}
