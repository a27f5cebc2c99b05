import semver from 'semver';

const labelName = /^[a-z][a-z0-9._-]{0,62}$/;

/** Whether a text is `*` or can be a label: never `latest` and nothing that reads as a version. */
export function isLabelPattern(text: string): boolean {
  if (text === '*') return true;
  return labelName.test(text) && text !== 'latest' && semver.validRange(text) === null;
}
