import { type Digest, digestOf } from '../../platform/crypto/index.js';
import type { EventData, NewEvent } from '../../platform/events/index.js';
import type { Prompt } from '../prompts/prompt.js';
import type { Version, VersionState } from './version.js';

export type VersionChange = 'yanked' | 'unyanked' | 'deprecated' | 'undeprecated' | 'purged';

/** What may change about a version, without the times. */
export interface VersionStanding {
  readonly yanked: { readonly reason: string } | null;
  readonly deprecated: { readonly message: string; readonly replacement: string | null } | null;
  readonly purged: boolean;
}

/** @param underBumped the number promises more than the content keeps, and was let pass */
export function versionPublished(prompt: Prompt, version: Version, underBumped: boolean): NewEvent {
  const { ordinal, digest } = version;
  return { ...about(prompt, version, 'published', { ordinal, underBumped }), after: digest };
}

export function versionChanged(
  prompt: Prompt,
  version: Version,
  change: VersionChange,
  {
    before,
    after,
    data = {},
  }: { before: VersionState; after: Partial<VersionStanding>; data?: EventData },
): NewEvent {
  const standing = standingOf(before);
  return {
    ...about(prompt, version, change, data),
    before: standingDigest(standing),
    after: standingDigest({ ...standing, ...after }),
  };
}

function standingOf({ yanked, deprecated, purged }: VersionState): VersionStanding {
  return {
    yanked: yanked && { reason: yanked.reason },
    deprecated: deprecated && {
      message: deprecated.message,
      replacement: deprecated.replacement,
    },
    purged,
  };
}

function standingDigest(standing: VersionStanding): Digest {
  return digestOf(standing);
}

function about(prompt: Prompt, { id, version }: Version, what: string, data: EventData): NewEvent {
  return {
    type: `prompt.version.${what}`,
    projectId: prompt.projectId,
    subject: { type: 'version', id, name: `${prompt.name}@${version}` },
    data: { prompt: prompt.name, version, ...data },
  };
}
