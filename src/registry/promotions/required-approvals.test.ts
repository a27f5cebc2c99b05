import type { LabelPolicy } from '../protection/label-policy.js';
import { requiredApprovals } from './required-approvals.js';

const policy = (label: string, approvals: number): LabelPolicy => ({
  projectId: 'project',
  label,
  movers: ['developer'],
  approvals,
  requiresExpected: false,
  soak: null,
  updatedAtMs: 0,
  updatedBy: { kind: 'user', id: 'ada', name: 'ada' },
});

describe('requiredApprovals', () => {
  const policies = [policy('production', 2), policy('canary', 1), policy('frozen', 9)];

  it('is the most that any of the labels asks for', () => {
    expect(requiredApprovals([{ label: 'canary' }, { label: 'production' }], policies)).toBe(2);
  });

  it('is none for labels without a policy', () => {
    expect(requiredApprovals([{ label: 'staging' }], policies)).toBe(0);
  });
});
