import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { SingleBar } from 'cli-progress';
import { CliError } from './cli-error.js';

/** How far a long command is. */
export interface Progress {
  advance(): void;
  end(): void;
}

/** Where a command talks to its user; results go to standard output, everything else does not. */
export interface Terminal {
  print(line: string): void;
  note(line: string): void;
  /** @throws CliError when there is nobody to ask */
  askSecret(question: string): Promise<string>;
  startProgress(title: string, total: number): Progress;
}

export const processTerminal: Terminal = {
  print: (line) => void process.stdout.write(`${line}\n`),
  note: (line) => void process.stderr.write(`${line}\n`),
  askSecret,
  startProgress: (title, total) =>
    process.stderr.isTTY ? startBar(title, total) : startPlainly(title),
};

/** Reads a line from the terminal and shows none of it. */
async function askSecret(question: string): Promise<string> {
  if (!process.stdin.isTTY) throw new CliError(`${question}: there is no terminal to ask at`);
  process.stderr.write(`${question}: `);
  // SECURITY: readline echoes what is typed to its output, so its output leads nowhere.
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const interrupted = once(lines, 'SIGINT').then(() => {
    throw new CliError('interrupted');
  });
  try {
    return await Promise.race([lines.question(''), interrupted]);
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

function startBar(title: string, total: number): Progress {
  const format = `${title} {bar} {value}/{total}`;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true });
  bar.start(total, 0);
  return {
    advance: () => {
      bar.increment();
    },
    end: () => {
      bar.stop();
    },
  };
}

function startPlainly(title: string): Progress {
  process.stderr.write(`${title}\n`);
  const nothing = () => undefined;
  return { advance: nothing, end: nothing };
}
