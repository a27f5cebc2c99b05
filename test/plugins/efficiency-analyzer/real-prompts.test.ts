import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChainAnalysis } from '../../../plugins/efficiency-analyzer/metrics/chain-analysis.js';
import { sharedFolder } from '../../support/shared-data.js';

interface RealPrompt {
  readonly name: string;
  readonly versions: readonly { readonly text: string }[];
}

const folder = sharedFolder('corpus');

if (folder === undefined) {
  describe('the corpus of real prompts', () => {
    it.skip('did not run: it is not here', () => undefined);
  });
} else {
  const lines = readFileSync(join(folder, 'prompts.jsonl'), 'utf8').trim().split('\n');
  const prompts = lines.map((line) => JSON.parse(line) as RealPrompt);
  const reports = prompts.map(({ versions }) => {
    const analysis = new ChainAnalysis(4000);
    versions.toReversed().forEach(({ text }, at) => {
      analysis.addOlder(`1.0.${versions.length - 1 - at}`, { kind: 'text', text });
    });
    return analysis.report();
  });

  describe('the corpus of real prompts', () => {
    it('has as many tokens as Python counts in it', () => {
      const tokens = reports.flatMap(({ versions }) => versions.map((one) => one.tokens));
      const sum = (name: 'cl100k_base' | 'o200k_base') =>
        tokens.reduce((total, one) => total + one[name], 0);
      expect([sum('cl100k_base'), sum('o200k_base')]).toEqual([391_913, 386_739]);
    });

    it('has scores between 0 and 1, and indices between 0 and 100', () => {
      for (const { versions, steps, summary } of reports) {
        const scores = [
          ...versions.flatMap((one) => [
            ...[one.constraintStrictness.score, one.ambiguity.score, one.redundancy.score],
            ...[one.instructionConflicts.score, one.injectionSurface.score, one.readability.score],
          ]),
          ...steps.flatMap((one) => [
            ...[one.similarity.score, one.cacheHit.score, one.contextDrift],
            ...[one.segmentVolatility, one.placeholderStability],
          ]),
          (summary.psi ?? 0) / 100,
        ];
        for (const score of scores.filter((one) => one !== null)) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
        }
      }
    });

    it('is measured as it was when these numbers were written', () => {
      const indices = reports.map(({ summary }) => summary.psi).filter((psi) => psi !== null);
      const mean = (values: readonly number[]) =>
        values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(indices).toHaveLength(53);
      expect(mean(indices)).toBeCloseTo(81.08947600447, 6);
    });
  });
}
