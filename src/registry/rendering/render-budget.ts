import { renderBudgetExceeded, renderTooLarge } from './rendering.errors.js';

export interface RenderLimits {
  /** Of all texts or messages together, in UTF-8 bytes. */
  readonly maxOutputBytes: number;
  /** Tags, texts, items and scopes visited; half a million take some tens of milliseconds. */
  readonly maxSteps: number;
}
export const renderLimits: RenderLimits = { maxOutputBytes: 1024 * 1024, maxSteps: 500_000 };

/** What one render may still spend: it bounds time and memory whatever the template and data. */
export class RenderBudget {
  #steps = 0;
  #outputBytes = 0;

  constructor(private readonly limits: RenderLimits) {}

  /** @throws render-budget-exceeded */
  spendStep(): void {
    this.#steps += 1;
    if (this.#steps <= this.limits.maxSteps) return;
    const limit = `Rendering took more than ${this.limits.maxSteps} steps`;
    throw renderBudgetExceeded(`${limit}; nest fewer sections or send shorter lists.`);
  }

  /**
   * Counts the text before it is kept, so that no more than the limit is ever held.
   *
   * @throws render-too-large
   */
  spendOutput(text: string): void {
    this.#outputBytes += Buffer.byteLength(text);
    if (this.#outputBytes <= this.limits.maxOutputBytes) return;
    const limit = `The rendered prompt has more than ${this.limits.maxOutputBytes} bytes`;
    throw renderTooLarge(`${limit}; send shorter values.`);
  }
}
