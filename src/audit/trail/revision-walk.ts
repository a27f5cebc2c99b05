import type { ChainedEntry } from './chained-entry.js';
import { broken, type TrailBreak } from './trail-break.js';

interface Place {
  readonly revision: number;
  readonly position: number;
}

/**
 * Follows the revisions of each project, which have no gap (docs/adr/0005), so that an event which
 * was kept out of the trail shows although the chain of what is in it is whole.
 */
export class RevisionWalk {
  private readonly last = new Map<string | null, Place>();

  /** @param entry of the whole trail, in its order; its hash was found to be right */
  findGap({ sequence, projectId, revision, position }: ChainedEntry): TrailBreak | undefined {
    const last = this.last.get(projectId) ?? { revision: 0, position: -1 };
    const isNext =
      (revision === last.revision && position === last.position + 1) ||
      (revision === last.revision + 1 && position === 0);
    this.last.set(projectId, { revision, position });
    if (isNext) return undefined;
    const of = projectId === null ? 'the instance' : `the project ${projectId}`;
    return broken(
      sequence,
      'missing',
      `it is revision ${revision} of ${of}, and the one before it in the trail is ${last.revision}`,
    );
  }
}
