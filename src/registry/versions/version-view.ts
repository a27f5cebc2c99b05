import { isoTime } from '../../platform/time/index.js';
import type { Published } from './publish.service.js';
import type { TemplateWarning } from './publication.js';
import { versionBody } from './version-body.js';
import type { ListedVersion } from './version-listing.js';
import type { VersionListItemResponse } from './versions.dto.js';

/** The body that every later read of the version gives, with the warnings of this publish if any. */
export function showPublished(
  published: Omit<Published, 'created'>,
  warnings: readonly TemplateWarning[],
): string {
  const { project, name, version, content } = published;
  const body = versionBody(project.name, name, version, content);
  if (warnings.length === 0) return body;
  return `${body.slice(0, -1)},"warnings":${JSON.stringify(warnings)}}`;
}

export function showListed({ version, state, labels }: ListedVersion): VersionListItemResponse {
  return {
    version: version.version,
    ordinal: version.ordinal,
    digest: version.digest,
    changelog: version.changelog,
    createdAt: isoTime(version.createdAtMs),
    createdBy: version.createdBy,
    labels: [...labels],
    yanked: state.yanked && { reason: state.yanked.reason, at: isoTime(state.yanked.atMs) },
    deprecated: state.deprecated && {
      message: state.deprecated.message,
      replacement: state.deprecated.replacement,
      at: isoTime(state.deprecated.atMs),
    },
    purged: state.purged,
  };
}
