import { defineProblem, validationFailed } from '../../platform/errors/index.js';
import type { Version } from './version.js';

export const invalidSelector = defineProblem('invalid-selector', {
  status: 400,
  title: 'The selector is not valid',
});
export const unknownSelector = defineProblem('unknown-selector', {
  status: 404,
  title: 'No version of the prompt matches the selector',
});
export const versionExists = defineProblem('version-exists', {
  status: 409,
  title: 'The version number is taken by other content',
});
export const versionUnderBumped = defineProblem('version-under-bumped', {
  status: 409,
  title: 'The version number promises more compatibility than the content keeps',
});
export const duplicateContent = defineProblem('duplicate-content', {
  status: 409,
  title: 'The content equals the version before it',
});
export const staleBase = defineProblem('stale-base', {
  status: 409,
  title: 'A newer version was published since the base version',
});
export const versionYanked = defineProblem('version-yanked', {
  status: 409,
  title: 'The version is yanked',
});
export const versionLabelled = defineProblem('version-labelled', {
  status: 409,
  title: 'A label points to the version',
});
export const versionPurged = defineProblem('version-purged', {
  status: 410,
  title: 'The content of the version was purged',
});

export const purgedVersion = (
  prompt: string,
  { version, digest }: Pick<Version, 'version' | 'digest'>,
) =>
  versionPurged(
    `The content of ${prompt}@${version} was erased for good; its number and digest stay.`,
    { members: { version, digest } },
  );

export const noSuchVersion = (prompt: string, selectorText: string) =>
  unknownSelector(
    `${prompt} has no version for ${selectorText}: list its versions and labels to see what there is.`,
  );

/** A base that is not there is a mistake in the request, not a missing resource. */
export const unknownBase = (version: string) =>
  validationFailed('The base version does not exist.', {
    errors: [
      {
        pointer: '/baseVersion',
        code: 'unknown-version',
        detail: `${version} is no version of this prompt: leave it out to continue from the highest`,
      },
    ],
  });
