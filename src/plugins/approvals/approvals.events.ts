import { INSTANCE_PROJECT, type NewEvent } from '../../platform/events/index.js';
import type { Approval } from './approval.js';

export function pluginApproved(approval: Approval): NewEvent {
  const { name, treeDigest, keyId, version, releaseSeq, granted } = approval;
  return {
    ...about(name, 'plugin.approved'),
    after: treeDigest,
    data: { version, releaseSeq, keyId, granted },
  };
}

export function approvalWithdrawn(name: string, treeDigest: string): NewEvent {
  return { ...about(name, 'plugin.approval-withdrawn'), before: treeDigest };
}

function about(name: string, type: string): NewEvent {
  return { type, projectId: INSTANCE_PROJECT, subject: { type: 'plugin', id: name, name } };
}
