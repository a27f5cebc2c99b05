import type { PathParameter } from './platform/http/index.js';

const text = { type: 'string' } as const;
const id = { type: 'string', format: 'uuid' } as const;

/** The parameters of all paths, for the OpenAPI document: each name means one thing everywhere. */
export const pathParameters: Readonly<Record<string, PathParameter>> = {
  project: { description: 'The name of the project.', schema: { ...text, maxLength: 100 } },
  name: {
    description: 'The name of the prompt. A slash inside it is sent as `%2F`.',
    schema: { ...text, maxLength: 255 },
  },
  version: {
    description: 'An exact version, such as `1.4.0`.',
    schema: { ...text, maxLength: 64 },
  },
  selector: {
    description:
      'An exact version, `latest`, a label, a semver range such as `^1.2`, or a comma-separated ' +
      'list of at most 8 of these, of which the first that is found answers.',
    schema: text,
  },
  label: { description: 'The name of the label.', schema: { ...text, maxLength: 63 } },
  user: { description: 'The id or the name of the user.', schema: text },
  id: { description: 'The id, as the list shows it.', schema: id },
  delivery: { description: 'The id of the delivery, as the list shows it.', schema: id },
  keyId: {
    description: 'The id of the key: its JWK thumbprint, as the list shows it.',
    schema: { ...text, maxLength: 43 },
  },
  plugin: { description: 'The name of the plugin.', schema: { ...text, maxLength: 64 } },
  action: { description: 'The name of the action.', schema: { ...text, maxLength: 64 } },
  path: {
    description:
      'The path that the plugin declares, without the slash at its beginning, such as ' +
      '`greetings/ada`. It may be sent with its slashes or as one value with `%2F` for each. A value ' +
      'within it that holds a slash or a `%` is encoded before, and so twice in the one value.',
    schema: text,
  },
  code: { description: 'The code of a problem, such as `version-exists`.', schema: text },
};
