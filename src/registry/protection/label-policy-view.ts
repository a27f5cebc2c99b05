import { isoTime } from '../../platform/time/index.js';
import type { LabelPolicyResponse } from './label-policies.dto.js';
import type { LabelPolicy } from './label-policy.js';

export function showPolicy(policy: LabelPolicy): LabelPolicyResponse {
  return {
    label: policy.label,
    movers: [...policy.movers],
    approvals: policy.approvals,
    requireExpected: policy.requiresExpected,
    soakLabel: policy.soak?.label ?? null,
    soakSeconds: policy.soak ? policy.soak.durationMs / 1000 : null,
    updatedAt: isoTime(policy.updatedAtMs),
    updatedBy: policy.updatedBy,
  };
}
