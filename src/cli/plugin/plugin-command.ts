import type { Command } from 'commander';
import type { ApiClient } from '../api/api-client.js';
import type { Terminal } from '../terminal.js';

const DEFAULT_KEY = 'promptd-plugin-key.pem';

interface VerifyOptions {
  readonly publicKey?: string;
  readonly enrolled?: true;
}

/**
 * Gives the command `plugin` its subcommands. None but `verify --enrolled` needs a server. Each is
 * loaded when it is run: what verifies takes longer to load than most other commands take in all.
 */
export function describePlugin(
  command: Command,
  connect: () => Promise<ApiClient>,
  terminal: Terminal,
): void {
  command.description('make, sign and check plugins');

  command
    .command('keygen')
    .description('make a key to sign with, and print what enrols it; an existing one stays')
    .option('--key <file>', 'where the private key is, for its owner alone', DEFAULT_KEY)
    .action(async ({ key }: { key: string }) => {
      const { keygen } = await import('./keygen.js');
      await keygen(key, terminal);
    });

  command
    .command('init')
    .description('write a small plugin that is complete')
    .argument('<name>', 'lower-case letters and digits, with . and - between')
    .option('--directory <path>', 'the folder of plugins', 'plugins')
    .action(async (name: string, { directory }: { directory: string }) => {
      const { initPlugin } = await import('./init-plugin.js');
      terminal.print(await initPlugin(name, directory));
    });

  command
    .command('sign')
    .description('write the signature of a plugin beside its folder')
    .argument('<directory>', 'the folder of the plugin')
    .option('--key <file>', 'the private key', DEFAULT_KEY)
    .option('--days <count>', 'how long the signature is good', '730')
    .action(async (directory: string, { key, days }: { key: string; days: string }) => {
      const { signPlugin } = await import('./sign-plugin.js');
      terminal.print(await signPlugin(directory, key, days));
    });

  command
    .command('verify')
    .description('check every byte of a plugin against its signature')
    .argument('<directory>', 'the folder of the plugin')
    .option('--public-key <key>', 'whose signature it must be: the key, or a file of keygen')
    .option('--enrolled', 'it must be one that the server trusts for this plugin')
    .action(async (directory: string, { publicKey, enrolled }: VerifyOptions) => {
      const { verifyPlugin } = await import('./verify-plugin.js');
      const wanted = {
        ...(publicKey !== undefined && { publicKey }),
        ...(enrolled && { connect }),
      };
      for (const line of await verifyPlugin(directory, wanted)) terminal.print(line);
    });

  command
    .command('pack')
    .description('write an archive of a signed plugin, the same bytes each time')
    .argument('<directory>', 'the folder of the plugin')
    .option('--out <file>', 'where to; by default <name>-<version>.tgz here')
    .action(async (directory: string, { out }: { out?: string }) => {
      const { packPlugin } = await import('./pack-plugin.js');
      terminal.print(await packPlugin(directory, out));
    });
}
