import type { Command } from 'commander';
import type { ApiClient } from '../api/api-client.js';
import { CliError } from '../cli-error.js';
import type { Terminal } from '../terminal.js';
import { verifyVersion } from './verify-version.js';
import { parseReference } from './version-reference.js';

interface Options {
  readonly versionFile?: string;
  readonly keys?: string;
}

/** Gives the command `verify` its arguments and its action. */
export function describeVerify(
  command: Command,
  connect: () => Promise<ApiClient>,
  terminal: Terminal,
): void {
  command
    .description('check the content of a version against its digest and its signature')
    .argument('<version>', 'project/name@1.2.3, or a label or latest in place of the number')
    .option('--version-file <file>', 'a saved version; with --keys nothing is fetched')
    .option('--keys <file>', 'saved keys, as GET /v1/keys answers them, instead of the server’s')
    .action(async (text: string, { versionFile, keys }: Options) => {
      if (versionFile !== undefined && keys === undefined) {
        throw new CliError('--version-file needs --keys, so that no server vouches for itself');
      }
      const sources = {
        connect,
        ...(versionFile !== undefined && { versionFile }),
        ...(keys !== undefined && { keysFile: keys }),
      };
      terminal.print(await verifyVersion(parseReference(text), sources));
      if (keys === undefined)
        terminal.note('the keys are the server’s own: --keys pins saved ones');
    });
}
