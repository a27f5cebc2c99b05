import type { LabelPolicy } from '../protection/label-policy.js';

/** The most that the policy of any of the labels asks for; a label without one asks for none. */
export function requiredApprovals(
  moves: readonly { readonly label: string }[],
  policies: readonly LabelPolicy[],
): number {
  const labels = new Set(moves.map(({ label }) => label));
  const asked = policies.filter(({ label }) => labels.has(label)).map((rules) => rules.approvals);
  return Math.max(0, ...asked);
}
