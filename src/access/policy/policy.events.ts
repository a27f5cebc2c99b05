import { type OperationContext, type PolicyTarget } from '../../platform/authorization/index.js';
import { INSTANCE_PROJECT, type NewEvent } from '../../platform/events/index.js';

interface Denied {
  readonly permission: string;
  /** Absent when the permission belongs to the whole instance. */
  readonly project?: { readonly id: string; readonly name: string };
  readonly target?: PolicyTarget;
}

/** Somebody who is known asked for something that the policy refused. */
export function accessDenied(
  { principal }: OperationContext,
  { permission, project, target }: Denied,
): NewEvent {
  return {
    type: 'access.denied',
    projectId: project?.id ?? INSTANCE_PROJECT,
    subject: project
      ? { type: 'project', id: project.id, name: project.name }
      : { type: 'instance', id: INSTANCE_PROJECT, name: 'instance' },
    data: {
      permission,
      principal: principal.kind,
      ...(target?.prompt !== undefined && { prompt: target.prompt }),
      ...(target?.labels !== undefined && { labels: target.labels }),
    },
  };
}
