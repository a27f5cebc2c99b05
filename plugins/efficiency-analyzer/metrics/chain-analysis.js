import { stepMetrics } from './step-metrics.js';
import { summaryOf } from './summary.js';
import { readVersion } from './version-metrics.js';

/** @import { Content } from 'promptd:api' */
/** @import { ReadVersion } from './version-metrics.js' */
/** @import { StepMetrics } from './step-metrics.js' */
/** @typedef {ReturnType<ChainAnalysis['report']>} Report */

/**
 * The analysis of a chain of versions, which is given from the newest to the oldest, one at a time:
 * each is a piece of work of bounded size, between which a plugin may wait for the next.
 */
export class ChainAnalysis {
  #tokenBudget;
  /** @type {ReadVersion | undefined} the oldest so far; of the others their metrics are enough */
  #oldest;
  /** @type {(ReadVersion['metrics'] & { version: string })[]} the oldest first */
  #versions = [];
  /** @type {StepMetrics[]} the oldest first */
  #steps = [];
  #characters = 0;

  /** @param {number} tokenBudget how many tokens a version should have at most */
  constructor(tokenBudget) {
    this.#tokenBudget = tokenBudget;
  }

  /** How much text has been read. */
  get characters() {
    return this.#characters;
  }

  /**
   * @param {string} version
   * @param {Content} content
   */
  addOlder(version, content) {
    const read = readVersion(version, content, this.#tokenBudget);
    if (this.#oldest !== undefined) this.#steps.unshift(stepMetrics(read, this.#oldest));
    this.#versions.unshift({ version, ...read.metrics });
    this.#oldest = read;
    this.#characters += read.text.length;
  }

  report() {
    return {
      summary: { versions: this.#versions.length, ...summaryOf(this.#steps) },
      versions: this.#versions,
      steps: this.#steps,
    };
  }
}
