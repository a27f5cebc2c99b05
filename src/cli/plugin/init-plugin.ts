import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPluginName } from '../../plugins/verification.js';
import { CliError } from '../cli-error.js';
import { readablePackage } from './readable-plugin.js';

/**
 * Writes a plugin with one endpoint into a folder of its own, and answers what to do next.
 *
 * @throws CliError when there is such a folder already
 */
export async function initPlugin(name: string, plugins: string): Promise<string> {
  if (!isPluginName(name)) {
    throw new CliError(
      `${name} is no name of a plugin: lower-case letters and digits, with . and - between, 64 at most`,
    );
  }
  const directory = join(plugins, name);
  try {
    await mkdir(plugins, { recursive: true });
    await mkdir(directory);
    for (const [path, text] of Object.entries(filesOf(name))) {
      await writeFile(join(directory, path), text, { flag: 'wx' });
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new CliError(`${directory} is there already`, { cause: error });
    throw new CliError(`${directory} cannot be written: ${code ?? 'unknown'}`, { cause: error });
  }
  await readablePackage(directory);
  return `wrote ${directory}: change it, then run \`promptd plugin sign ${directory}\``;
}

function filesOf(name: string): Readonly<Record<string, string>> {
  return {
    'plugin.json': `${JSON.stringify(manifestOf(name), null, 2)}\n`,
    'index.js': entryCode,
    'README.md': `# ${name}\n\n\`GET /v1/plugins/${name}/greetings/:who\` greets whoever is named.\n`,
  };
}

function manifestOf(name: string): object {
  return {
    schema: 'promptd/plugin/v1',
    name,
    version: '0.1.0',
    releaseSeq: 1,
    apiVersion: 1,
    engines: { promptd: '>=0.1.0 <1.0.0' },
    entry: 'index.js',
    publisher: name,
    description: 'Greets whoever is named.',
    capabilities: [],
    endpoints: [
      {
        handler: 'greet',
        method: 'GET',
        path: '/greetings/:who',
        roles: ['viewer', 'developer', 'admin'],
      },
    ],
  };
}

const entryCode = `import { definePlugin, registry } from 'promptd:api';

export default definePlugin({
  endpoints: {
    async greet({ params }) {
      await registry.log('info', 'somebody is greeted');
      return { status: 200, headers: {}, body: { greeting: \`Hello, \${params.who}!\` } };
    },
  },
});
`;
