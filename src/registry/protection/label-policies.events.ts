import type { NewEvent } from '../../platform/events/index.js';
import type { LabelPolicy } from './label-policy.js';
import { rulesDigest } from './rules-digest.js';

export function labelPolicySet(before: LabelPolicy | undefined, after: LabelPolicy): NewEvent {
  return {
    ...about(after, 'label-policy.set'),
    ...(before && { before: rulesDigest(before) }),
    after: rulesDigest(after),
  };
}

export function labelPolicyRemoved(before: LabelPolicy): NewEvent {
  return { ...about(before, 'label-policy.removed'), before: rulesDigest(before) };
}

function about(policy: LabelPolicy, type: string): NewEvent {
  const { projectId, label, movers, approvals, requiresExpected, soak } = policy;
  return {
    type,
    projectId,
    subject: { type: 'label-policy', id: `${projectId}:${label}`, name: label },
    data: {
      label,
      movers,
      approvals,
      requireExpected: requiresExpected,
      soakLabel: soak?.label ?? null,
      soakSeconds: soak ? soak.durationMs / 1000 : null,
    },
  };
}
