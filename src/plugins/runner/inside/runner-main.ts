import { Socket } from 'node:net';
import process from 'node:process';
import { Dispatcher } from './dispatcher.js';

/*
 * The program of a runner process: one plugin, talking to the API process over a pipe. It is started
 * without an environment, with the permission model, and reads nothing but its own program.
 */

/** The pipe that the supervisor opened. */
const channelFd = 3;
const memoryReportMs = 25;

const { permission } = process as unknown as { permission: { drop: (scope: string) => void } };
// SECURITY: everything is loaded by now. Whatever breaks out of an isolate finds a process that
// can open no file and load no native code, in addition to what it was never allowed.
permission.drop('fs.read');
permission.drop('addon');

const dispatcher = new Dispatcher(
  new Socket({ fd: channelFd, readable: true, writable: true }),
  () => {
    // Not exit(): it waits for the threads of isolates, of which one may never end.
    process.kill(process.pid, 'SIGKILL');
  },
);

if (process.platform !== 'linux') {
  setInterval(() => {
    dispatcher.reportMemory(process.memoryUsage.rss());
  }, memoryReportMs);
}
