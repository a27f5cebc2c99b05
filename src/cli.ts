import { runCli } from './cli/program.js';
import { processTerminal } from './cli/terminal.js';

// A reader such as `head` may stop reading; that ends the program and is no failure of it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  terminal: processTerminal,
});
