import type { Actor } from '../../platform/authorization/index.js';
import type { Label } from '../labels/label.js';

/** One label that a release points to a version. */
export interface WantedMove {
  readonly prompt: string;
  readonly label: string;
  readonly version: string;
  /** The version it points to now; null when it must not exist; undefined for any. */
  readonly expectedVersion?: string | null | undefined;
}

/** A label as a release left it. */
export interface ReleasedLabel {
  readonly prompt: string;
  readonly label: Label;
  /** False when it pointed there already, which is no move. */
  readonly moved: boolean;
}

/** Moves of labels of several prompts that were made together. */
export interface Release {
  readonly id: string;
  readonly moves: readonly ReleasedLabel[];
  readonly reason: string | null;
  readonly madeAtMs: number;
  readonly madeBy: Actor;
}
