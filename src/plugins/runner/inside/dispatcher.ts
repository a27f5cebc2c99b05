import { Channel } from '../channel/channel.js';
import type { FromRunner, ToRunner } from '../channel/messages.js';
import { fixedLimits } from '../runner-limits.js';
import type { FailureReason } from '../runner-outcome.js';
import type { Socket } from 'node:net';
import type { JobEnd } from './job.js';
import { type Call, Lane, type Loaded } from './lane.js';
import { ModuleTree } from './module-tree.js';

/**
 * Gives calls to isolates, and their messages to the API process. As many calls as there are isolates
 * come at a time; the supervisor keeps the others waiting.
 */
export class Dispatcher {
  private readonly channel: Channel;
  private readonly tree = new ModuleTree();
  private readonly lanes: Lane[] = [];
  private plugin: Loaded | undefined;
  private wantsInit = false;

  constructor(
    socket: Socket,
    /** Ends the process at once. */
    private readonly die: () => void,
  ) {
    this.channel = new Channel(socket, {
      // What the API process says is believed.
      read: (line) => JSON.parse(line) as ToRunner,
      received: (message: ToRunner, body) => {
        this.received(message, body);
      },
      // Nobody is left who could be told anything, or who would end what runs.
      ended: this.die,
    });
  }

  /** For systems where nobody else can see it. */
  reportMemory(rssBytes: number): void {
    this.send({ type: 'memory', rssBytes });
  }

  private received(message: ToRunner, body: string): void {
    switch (message.type) {
      case 'file':
        this.tree.add(message.path, JSON.parse(body) as string);
        break;
      case 'start':
        this.wantsInit = message.init;
        this.plugin = { tree: this.tree, entry: message.entry, limits: message.limits };
        void this.start(this.plugin);
        break;
      case 'call':
        void this.call(message, body);
        break;
      case 'answer':
        for (const lane of this.lanes) lane.answer(message.call, message.op, message.ok, body);
    }
  }

  /** The first isolate shows whether the plugin can be loaded at all. */
  private async start(plugin: Loaded): Promise<void> {
    const lane = this.newLane(plugin);
    const loaded = await lane.load();
    const end = loaded.ok && this.wantsInit ? await lane.begin() : loaded;
    if (!loaded.ok || !end.ok) {
      const { reason, message } = (end.ok ? loaded : end) as Extract<JobEnd, { ok: false }>;
      this.send({ type: 'failed', reason, message });
      return;
    }
    this.send({ type: 'ready' }, loaded.json);
  }

  private async call(message: Extract<ToRunner, { type: 'call' }>, input: string): Promise<void> {
    if (this.plugin === undefined) throw new Error('a call came before the plugin');
    const call: Call = { ...message, id: message.call, input };
    const lane = this.lanes.find(({ isBusy }) => !isBusy) ?? this.newLane(this.plugin);
    lane.isBusy = true;
    const end = await lane.run(call, this.wantsInit);
    lane.isBusy = false;
    if (call.target.kind === 'init') this.wantsInit ||= end.ok;
    if (end.ok) this.send({ type: 'kept', call: call.id }, end.json);
    else {
      const { reason, message } = end;
      const killed = end.isolateGone ? 'isolate' : 'nothing';
      this.send({ type: 'broken', call: call.id, reason, message, killed });
    }
  }

  private newLane(plugin: Loaded): Lane {
    const lane = new Lane(this.lanes.length, plugin, {
      host: (call, op, name, json) => {
        this.send({ type: 'host', call, op, name }, json);
      },
      log: (call, level, text) => {
        this.send({ type: 'log', call, level }, JSON.stringify(text));
      },
      loading: (call) => {
        this.send({ type: 'loading', call });
      },
      lost: (call: number | undefined, reason: FailureReason, text) => {
        const message = text.slice(0, fixedLimits.maxMessageLength);
        if (call === undefined) this.send({ type: 'failed', reason, message });
        else this.send({ type: 'broken', call, reason, message, killed: 'process' });
        this.die();
      },
    });
    this.lanes.push(lane);
    return lane;
  }

  private send(message: FromRunner, body?: string): void {
    this.channel.send(message, body);
  }
}
