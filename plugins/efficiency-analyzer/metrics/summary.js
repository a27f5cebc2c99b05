/** @import { StepMetrics } from './step-metrics.js' */

/**
 * The Prompt Stability Index, from 0 to 100:
 * `100 clamp(0.45 mean similarity + 0.35 mean cache score + 0.20 (1 - mean drift))`.
 * Null for a chain without a step, which has nothing to be stable against.
 *
 * @param {StepMetrics[]} steps
 */
export function summaryOf(steps) {
  if (steps.length === 0) {
    return { psi: null, meanSimilarity: null, meanCacheHit: null, meanContextDrift: null };
  }
  const meanSimilarity = mean(steps.map(({ similarity }) => similarity.score));
  const meanCacheHit = mean(steps.map(({ cacheHit }) => cacheHit.score));
  const meanContextDrift = mean(steps.map(({ contextDrift }) => contextDrift));
  return {
    psi: psiOf(meanSimilarity, meanCacheHit, meanContextDrift),
    meanSimilarity,
    meanCacheHit,
    meanContextDrift,
  };
}

/**
 * @param {number} similarity
 * @param {number} cacheHit
 * @param {number} drift
 */
export function psiOf(similarity, cacheHit, drift) {
  return 100 * Math.min(1, Math.max(0, 0.45 * similarity + 0.35 * cacheHit + 0.2 * (1 - drift)));
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
