import type { NewEvent } from '../../platform/events/index.js';
import { type Project, projectDigest } from './project.js';

export function projectCreated(project: Project): NewEvent {
  return { ...about(project, 'project.created'), after: projectDigest(project) };
}

export function projectChanged(before: Project, after: Project): NewEvent {
  return {
    ...about(after, changeType(before, after)),
    before: projectDigest(before),
    after: projectDigest(after),
  };
}

function changeType(before: Project, after: Project): string {
  if (before.archived === after.archived) return 'project.updated';
  return after.archived ? 'project.archived' : 'project.restored';
}

function about({ id, name }: Project, type: string): NewEvent {
  return { type, projectId: id, subject: { type: 'project', id, name } };
}
