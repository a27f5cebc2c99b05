import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { percentile } from '../statistics.js';
import { cpuMs } from '../server/processes.js';
import { AnswerReader } from './answer-reader.js';
import { counterMark, type LoadPlan, type LoadResult } from './plan.js';

/*
 * The load generator, a process of its own: keeps one request open on every connection for the
 * whole time. It must take less of its core for a request than the fastest server takes of its own,
 * or it is what is measured; that is why it writes prepared bytes and does not parse what it need not.
 */

const readBytes = 64 * 1024;
const plan = JSON.parse(await text(process.stdin)) as LoadPlan;
const requests = plan.requests.map((request) => Buffer.from(request));
const markAt = requests.map((request) => request.indexOf(counterMark));

const latencies: number[] = [];
let number = plan.firstNumber ?? 0;
let closed = 0;
const begin = performance.now() + plan.warmUpMs;
const end = begin + plan.durationMs;
let serverCpuAtBegin: number | undefined;
setTimeout(() => {
  serverCpuAtBegin = cpuMs(plan.pid);
}, plan.warmUpMs);

/** Walks through the requests from a place of its own, so that no two connections ask the same. */
function walk(first: number): () => Buffer {
  let next = first;
  return () => {
    const index = next % requests.length;
    next += 1;
    const request = requests[index];
    if (request === undefined) throw new Error('there is no request to send');
    const mark = markAt[index] ?? -1;
    if (mark < 0) return request;
    const numbered = Buffer.from(request);
    numbered.write(String(number).padStart(counterMark.length, '0'), mark, 'latin1');
    number += 1;
    return numbered;
  };
}

/** Resolves when the time is over and the last answer is there. */
function converse(next: () => Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = 0;
    const send = (socket: Socket) => {
      sentAt = performance.now();
      socket.write(next());
    };
    const received = (socket: Socket, status: number) => {
      const now = performance.now();
      if (status !== plan.status) throw new Error(`an answer with status ${status}`);
      if (now >= begin && now <= end) latencies.push(now - sentAt);
      if (now < end) send(socket);
      else socket.destroy();
    };
    const open = () => {
      const reader = new AnswerReader();
      const buffer = Buffer.allocUnsafe(readBytes);
      const onread = {
        buffer,
        callback: (size: number) => {
          try {
            const status = reader.read(buffer, size);
            if (status !== undefined) received(socket, status);
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
          return true;
        },
      };
      const socket = connect({ host: plan.host, port: plan.port, noDelay: true, onread });
      socket.once('connect', () => {
        send(socket);
      });
      socket.once('error', reject);
      socket.once('close', () => {
        if (performance.now() >= end) resolve();
        else {
          closed += 1;
          open();
        }
      });
    };
    open();
  });
}

const stride = Math.ceil(requests.length / plan.connections);
const conversations = Promise.all(
  Array.from({ length: plan.connections }, (_, index) => converse(walk(index * stride))),
);
const serverCpu = new Promise<number | undefined>((resolve) => {
  setTimeout(() => {
    const atEnd = cpuMs(plan.pid);
    resolve(atEnd === undefined ? undefined : (atEnd - (serverCpuAtBegin ?? 0)) / 1000);
  }, plan.warmUpMs + plan.durationMs);
});
await conversations;
const serverCpuSeconds = await serverCpu;
const result: LoadResult = {
  requests: latencies.length,
  seconds: plan.durationMs / 1000,
  p50Ms: percentile(latencies, 0.5),
  p99Ms: percentile(latencies, 0.99),
  maxMs: percentile(latencies, 1),
  ...(serverCpuSeconds !== undefined && { serverCpuSeconds }),
  closed,
};
process.stdout.write(JSON.stringify(result));
process.exit(0);
