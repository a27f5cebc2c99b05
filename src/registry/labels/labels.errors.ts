import { defineProblem, notFound } from '../../platform/errors/index.js';

export const labelConflict = defineProblem('label-conflict', {
  status: 409,
  title: 'The label does not point to the expected version',
});
export const noEarlierVersion = defineProblem('no-earlier-version', {
  status: 409,
  title: 'The label has pointed to no other version before',
});

export const noSuchLabel = (prompt: string, label: string, asOf?: Date) =>
  notFound(
    asOf
      ? `The prompt ${prompt} had no label ${label} at ${asOf.toISOString()}.`
      : `The prompt ${prompt} has no label ${label}.`,
  );

/** A caller believed that the label points elsewhere. */
export const otherThanExpected = (
  label: string,
  currentVersion: string | null,
  expectedVersion: string | null,
) =>
  labelConflict(
    `The label ${label} points to ${currentVersion ?? 'no version'}, not to ` +
      `${expectedVersion ?? 'no version'}: read it again and decide anew.`,
    { members: { currentVersion } },
  );
