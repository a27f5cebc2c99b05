import fc from 'fast-check';

/**
 * What exists, by the name that the API gives to a field or parameter of its kind. `~…~` stands for
 * what is known only when the request is sent (`FuzzWorld.fill`).
 */
const existing: Readonly<Record<string, readonly string[]>> = {
  project: ['~project~'],
  name: ['p', 'folder/q'],
  prompt: ['p', 'folder/q'],
  version: ['1.0.0', '1.1.0', '1.2.0'],
  from: ['1.0.0', 'production'],
  to: ['1.1.0', 'latest'],
  baseVersion: ['1.0.0', '1.1.0'],
  expectedVersion: ['1.0.0', '1.1.0'],
  selector: ['1.0.0', 'latest', 'production', '^1', '~1.0', 'staging,latest', '9.9.9'],
  label: ['production', 'staging', 'guarded'],
  user: ['~viewer~', '~id.users~'],
  username: ['~viewer~'],
  actor: ['~id.users~'],
  refreshToken: ['~refresh~'],
  cursor: ['~cursor~'],
  code: ['not-found', 'label-conflict'],
  subject: ['p', '~id.users~'],
  type: ['prompt.version.published'],
  sort: ['name', '-updatedAt'],
  prefix: ['fol', 'p'],
  prerelease: ['rc'],
  password: ['~password~'],
  currentPassword: ['~password~'],
  newPassword: ['a password that nobody has'],
  'If-Match': ['"1"', '"2"', '*'],
  'If-None-Match': ['"1"', '*'],
};

/** Objects that rules hold together which no schema tells. */
const contents: readonly object[] = [
  { kind: 'text', text: 'Some text.' },
  { kind: 'text', text: 'Hello {{a}}.', variables: [{ name: 'a', type: 'string' }] },
  { kind: 'chat', messages: [{ role: 'user', content: 'Hello.' }] },
  { kind: 'structured', sections: { task: 'Answer.' } },
];
const wellMade: Readonly<Record<string, readonly object[]>> = {
  content: contents,
  variables: [{}, { name: 'you' }],
  PublishVersionRequest: contents.flatMap((content) => [
    { content, bump: 'auto', policy: 'none' },
    { content, version: '3.0.0', changelog: 'third', labels: ['staging'] },
  ]),
};

const word = fc.stringMatching(/^[a-z][a-z0-9]{2,8}$/);

/** The id of something in a list, such as `keys`. */
export const idIn = (list: string) => `~id.${list}~`;

/** A name of something that exists, where there is such a thing; else a word or a few. */
export function realText(name: string): fc.Arbitrary<string> {
  const found = existing[name];
  if (!found) return fc.oneof(word, fc.constant('a text of several words'));
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...found) },
    { weight: 1, arbitrary: word },
  );
}

/** As `realText`, for what is about to be made as often as it is about what exists. */
export function newOrRealText(name: string): fc.Arbitrary<string> {
  return name === 'name' || name === 'username' ? fc.oneof(word, realText(name)) : realText(name);
}

/** @param name of the field, or of the schema of a whole body */
export function realObject(name: string): fc.Arbitrary<object> | undefined {
  const found = wellMade[name];
  return found && fc.constantFrom(...found);
}
