import type { Command } from 'commander';
import type { ApiClient } from '../api/api-client.js';
import { CliError } from '../cli-error.js';
import type { Terminal } from '../terminal.js';
import { linesIn } from './text-lines.js';
import { type AuditSources, verifyAudit } from './verify-audit.js';

/** Gives the command `audit` its two commands. */
export function describeAudit(
  command: Command,
  connect: () => Promise<ApiClient>,
  terminal: Terminal,
): void {
  command.description('work with the audit trail');

  command
    .command('verify')
    .description('check the whole trail here, and name the first entry that is broken')
    .option('--checkpoints <file>', 'what PROMPTD_AUDIT_CHECKPOINT_FILE named on the server')
    .option('--keys <file>', 'saved keys, as GET /v1/keys answers them, instead of the server’s')
    .option(
      '--file <file>',
      'a saved export of the whole trail; nothing is fetched, not even checkpoints',
    )
    .action(async (options: Omit<AuditSources, 'connect'>) => {
      const { checkpoints, keys, file } = options;
      if (file !== undefined && checkpoints !== undefined && keys === undefined) {
        throw new CliError('--file with --checkpoints needs --keys, since nothing is fetched');
      }
      terminal.print(await verifyAudit({ connect, ...options }, terminal));
      if (checkpoints === undefined) {
        terminal.note('without --checkpoints an end that was cut off may not show');
      }
      if (keys === undefined && file === undefined) {
        terminal.note('the keys are the server’s own: --keys pins saved ones');
      }
    });

  command
    .command('export')
    .description('print the trail as NDJSON, oldest entry first')
    .option('--project <name>', 'only what happened in this project')
    .action(async ({ project }: { project?: string }) => {
      const within = project === undefined ? '' : `/projects/${encodeURIComponent(project)}`;
      const client = await connect();
      for await (const line of linesIn(client.stream(`/v1${within}/audit/export`))) {
        terminal.print(line);
      }
    });
}
