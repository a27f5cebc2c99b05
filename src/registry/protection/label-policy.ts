import type { Actor } from '../../platform/authorization/index.js';

export const movers = ['developer', 'admin', 'key'] as const;
/** Who may be let move a protected label. What developers may, admins may too. */
export type Mover = (typeof movers)[number];

/** The version must have been what `label` points to for `durationMs` without a break. */
export interface SoakRule {
  readonly label: string;
  readonly durationMs: number;
}

export interface LabelRules {
  /** Who may move the label or, where approvals are needed, ask for a promotion. */
  readonly movers: readonly Mover[];
  /** 0 to 10. Without any, movers move the label by themselves. */
  readonly approvals: number;
  /** Whether a move must say what the label points to now. */
  readonly requiresExpected: boolean;
  readonly soak: SoakRule | null;
}

/** What protects a label in all prompts of a project. A label without one moves freely. */
export interface LabelPolicy extends LabelRules {
  readonly projectId: string;
  readonly label: string;
  readonly updatedAtMs: number;
  readonly updatedBy: Actor;
}
