import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { Outbox } from '../../platform/events/index.js';
import { LOGGER } from '../../platform/telemetry/index.js';
import { ActivePlugins } from '../catalog/active-plugins.js';
import { ObserverTurn } from './observer-turn.js';
import { observedBy } from './plugin-hooks.js';

const POLL_INTERVAL_MS = 1_000;

interface Turns {
  running: Promise<void>;
  waiting: Promise<void> | undefined;
  failing: boolean;
}

/** Has each plugin that observes told of what happens. A slow one keeps no other waiting. */
@Injectable()
export class ObserverDispatcher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly ending = new AbortController();
  private readonly turns = new Map<string, Turns>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly active: ActivePlugins,
    private readonly turn: ObserverTurn,
    private readonly outbox: Outbox,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.outbox.onCommit(() => void this.run());
    // What other instances recorded, what is due again, and what failed before is found by looking.
    this.timer = setInterval(() => void this.run(), POLL_INTERVAL_MS).unref();
  }

  /** Begins nothing more, and ends with the calls that are being made. */
  async onApplicationShutdown(): Promise<void> {
    this.ending.abort();
    clearInterval(this.timer);
    await Promise.all([...this.turns.values()].map(({ running }) => running));
  }

  /** Tells everything that was recorded before the call and is due. Never rejects. */
  async run(): Promise<void> {
    const observers = this.active.all().filter((plugin) => observedBy(plugin).size > 0);
    await Promise.all(observers.map(({ manifest }) => this.begin(manifest.name)));
  }

  /** Calls that come while it works share one more turn. */
  private async begin(plugin: string): Promise<void> {
    const found = this.turns.get(plugin);
    const turns = found ?? { running: Promise.resolve(), waiting: undefined, failing: false };
    this.turns.set(plugin, turns);
    turns.waiting ??= turns.running.then(() => {
      turns.waiting = undefined;
      turns.running = this.take(plugin, turns);
      return turns.running;
    });
    return turns.waiting;
  }

  private async take(plugin: string, turns: Turns): Promise<void> {
    if (this.ending.signal.aborted) return;
    try {
      await this.turn.take(plugin, this.ending.signal);
      if (turns.failing) this.logger.info({ plugin }, 'a plugin is told of events again');
      turns.failing = false;
    } catch (error) {
      const message = 'a plugin cannot be told of events';
      if (!turns.failing) this.logger.error({ err: error, plugin }, message);
      turns.failing = true;
    }
  }
}
