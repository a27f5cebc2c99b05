import type { RecordedEvent } from './event.js';

/**
 * A revision of a project, with what tells it from another one of its number: a database that went
 * back gives numbers away again.
 */
export interface MarkedRevision {
  readonly revision: number;
  /** Empty for the revision 0, at which nothing has happened. */
  readonly mark: string;
}

/** Of a project: the one that was verified last, and those that were heard since, oldest first. */
export type HeardMarks = readonly [MarkedRevision, ...MarkedRevision[]];

export const NOTHING: MarkedRevision = { revision: 0, mark: '' };

/** Looks come each second; with more something is wrong with them, and memory must not pay for it. */
const MAX_UNVERIFIED = 10_000;

/** How far each project was heard, and by what it is known whether the database still says so. */
export class HeardRevisions {
  private readonly byProject = new Map<string, HeardMarks>();

  revisionOf(projectId: string): number {
    return last(this.marksOf(projectId)).revision;
  }

  /** Goes on to a later revision, whether or not the database will keep it. */
  add(projectId: string, heard: MarkedRevision): void {
    const [verified, ...since] = this.marksOf(projectId);
    this.byProject.set(projectId, [verified, ...since.slice(1 - MAX_UNVERIFIED), heard]);
  }

  /** Goes to where the project is, be that further back. */
  set(projectId: string, found: MarkedRevision): void {
    this.byProject.set(projectId, [found]);
  }

  /** As it is now, whatever is heard later. */
  note(): ReadonlyMap<string, HeardMarks> {
    return new Map(this.byProject);
  }

  /** What was noted need not be looked at again, but for the last of it. */
  verified(projectId: string, noted: HeardMarks): void {
    const newest = last(noted);
    const marks = this.marksOf(projectId);
    this.byProject.set(projectId, [newest, ...marks.slice(marks.indexOf(newest) + 1)]);
  }

  /** Answers the projects that were heard of. */
  clear(): readonly string[] {
    const projectIds = [...this.byProject.keys()];
    this.byProject.clear();
    return projectIds;
  }

  private marksOf(projectId: string): HeardMarks {
    return this.byProject.get(projectId) ?? [NOTHING];
  }
}

export function last(marks: HeardMarks): MarkedRevision {
  return marks.at(-1) ?? marks[0];
}

/** The same for all events of a revision. */
export function markedRevision({ revision, atMs, requestId }: RecordedEvent): MarkedRevision {
  return { revision, mark: `${atMs} ${requestId}` };
}
