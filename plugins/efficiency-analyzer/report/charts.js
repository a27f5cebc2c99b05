/** @import { Report } from '../metrics/chain-analysis.js' */
/** @import { ChartControl, Control, TableControl } from 'promptd:api' */
import { summaryLines } from './markdown.js';

/**
 * What the modal session shows of a report.
 *
 * @param {Report} report
 * @returns {Control[]}
 */
export function controlsOf(report) {
  const { steps } = report;
  return [
    { type: 'markdown', name: 'summary', text: summaryLines(report) },
    tokenChart(report),
    qualityChart(report),
    ...(steps.length === 0 ? [] : [stabilityChart(report), stepTable(report)]),
  ];
}

/**
 * @param {Report} report
 * @returns {ChartControl}
 */
function tokenChart({ versions }) {
  return {
    type: 'chart',
    name: 'tokens',
    label: 'Tokens of each version',
    chart: 'bar',
    categories: versions.map(({ version }) => version),
    series: [
      { label: 'cl100k_base', values: versions.map(({ tokens }) => tokens.cl100k_base) },
      { label: 'o200k_base', values: versions.map(({ tokens }) => tokens.o200k_base) },
    ],
  };
}

/**
 * @param {Report} report
 * @returns {ChartControl}
 */
function qualityChart({ versions }) {
  return {
    type: 'chart',
    name: 'quality',
    label: 'Scores of each version, from 0 to 1',
    chart: 'line',
    categories: versions.map(({ version }) => version),
    series: [
      { label: 'strictness', values: versions.map((one) => one.constraintStrictness.score) },
      { label: 'ambiguity', values: versions.map((one) => one.ambiguity.score) },
      { label: 'redundancy', values: versions.map((one) => one.redundancy.score) },
      { label: 'injection surface', values: versions.map((one) => one.injectionSurface.score) },
      { label: 'readability', values: versions.map((one) => one.readability.score) },
    ],
  };
}

/**
 * @param {Report} report
 * @returns {ChartControl}
 */
function stabilityChart({ steps }) {
  return {
    type: 'chart',
    name: 'stability',
    label: 'What stayed in each step, from 0 to 1',
    chart: 'line',
    categories: steps.map(({ to }) => to),
    series: [
      { label: 'similarity', values: steps.map(({ similarity }) => similarity.score) },
      { label: 'cache hit', values: steps.map(({ cacheHit }) => cacheHit.score) },
      { label: 'context drift', values: steps.map(({ contextDrift }) => contextDrift) },
    ],
  };
}

/**
 * @param {Report} report
 * @returns {TableControl}
 */
function stepTable({ steps }) {
  return {
    type: 'table',
    name: 'steps',
    label: 'Steps',
    columns: ['from', 'to', 'volatility', 'placeholders kept', 'cl100k_base', 'o200k_base'],
    rows: steps.map((step) => [
      step.from,
      step.to,
      step.segmentVolatility,
      step.placeholderStability,
      step.tokenDelta.cl100k_base,
      step.tokenDelta.o200k_base,
    ]),
  };
}
