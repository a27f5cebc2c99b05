import { Command, CommanderError, Option } from 'commander';
import { ApiProblem } from './api/api-problem.js';
import { describeAudit } from './audit/audit-command.js';
import { CliError } from './cli-error.js';
import { connect, serverAddress } from './connect.js';
import { type Environment, withoutEmpty } from './environment.js';
import { importFile } from './import/import-file.js';
import { rotateKeys } from './keys/rotate-keys.js';
import { describePlugin } from './plugin/plugin-command.js';
import { login, logout } from './session/login.js';
import { loginWithProvider } from './session/provider-login.js';
import { SessionFile, sessionPath } from './session/session-file.js';
import type { Terminal } from './terminal.js';
import { describeVerify } from './verify/verify-command.js';

/** What a run of the program can see of the world. */
export interface Surroundings {
  readonly env: Environment;
  readonly terminal: Terminal;
}

interface LoginOptions {
  readonly server?: string;
  readonly username: string;
  readonly oidc?: true;
}

const DEFAULT_USERNAME = 'admin';

const help = `
Environment:
  PROMPTD_SERVER        the server (default: that of the login, else http://127.0.0.1:8080)
  PROMPTD_API_KEY       used instead of the login, for CI; import needs the verbs read and publish
  PROMPTD_PASSWORD      answers login's question for the password
  PROMPTD_NEW_PASSWORD  answers login's question for a new one
`;

/** Runs one command line and answers the exit code. Shows a failure as one message. */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const outcome = { failed: false };
  try {
    await program(surroundings, outcome).parseAsync(args, { from: 'user' });
    return outcome.failed ? 1 : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (!(error instanceof ApiProblem) && !(error instanceof CliError)) throw error;
    surroundings.terminal.note(`error: ${error.message}`);
    return 1;
  }
}

function emptyProgram(terminal: Terminal): Command {
  return new Command('promptd')
    .description('Works with a promptd server over HTTP.')
    .addHelpText('after', help)
    .configureOutput({
      writeOut: (text) => {
        terminal.print(text.trimEnd());
      },
      writeErr: (text) => {
        terminal.note(text.trimEnd());
      },
    })
    .exitOverride();
}

function program(surroundings: Surroundings, outcome: { failed: boolean }): Command {
  const { terminal } = surroundings;
  const env = withoutEmpty(surroundings.env);
  const file = new SessionFile(sessionPath(env));
  const root = emptyProgram(terminal);

  root
    .command('login')
    .description('start a session, and change a one-time password')
    .option('--server <url>', 'the server to log in to')
    .option('--username <name>', 'the user', DEFAULT_USERNAME)
    .addOption(
      new Option('--oidc', 'sign in with the identity provider, in a browser').conflicts(
        'username',
      ),
    )
    .action(async ({ server, username, oidc }: LoginOptions) => {
      const address = serverAddress(env, server);
      if (oidc) await loginWithProvider(address, file, terminal);
      else await login(address, username, file, { env, terminal });
    });

  root
    .command('logout')
    .description('end the session')
    .action(() => logout(file, terminal));

  root
    .command('project')
    .description('work with projects')
    .command('create')
    .description('create a project')
    .argument('<name>', 'lower-case letters and digits, with . _ - between')
    .action(async (name: string) => {
      const client = await connect(env, file);
      await client.post('/v1/projects', { name });
      terminal.print(`created project ${name}`);
    });

  root
    .command('keys')
    .description('work with the keys that protect stored secrets')
    .command('rotate')
    .description('move every stored secret to the current key')
    .action(async () => rotateKeys(await connect(env, file), terminal));

  root
    .command('import')
    .description('publish the prompts of a JSONL file; what is there already is skipped')
    .argument('<file>', 'one {"name", "title", "format", "versions": [{"at", "text"}]} a line')
    .requiredOption('--project <name>', 'where to publish')
    .action(async (path: string, { project }: { project: string }) => {
      const client = await connect(env, file);
      outcome.failed = !(await importFile(client, path, project, terminal));
    });

  describeAudit(root.command('audit'), () => connect(env, file), terminal);

  describeVerify(root.command('verify'), () => connect(env, file), terminal);

  describePlugin(root.command('plugin'), () => connect(env, file), terminal);

  return root;
}
