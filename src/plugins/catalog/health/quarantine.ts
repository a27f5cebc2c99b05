import type { PluginSwitch } from '../switches/plugin-switch.js';

const WINDOW_MS = 600_000;
const MOST_STRIKES = 3;

/** Whether one plugin had to be ended by force too often, until the database tells every instance. */
export class Quarantine {
  private strikes: number[] = [];
  private reason: string | undefined;

  /** What the database has yet to be told. */
  get pending(): (PluginSwitch & { readonly reason: string }) | undefined {
    return this.reason === undefined ? undefined : { state: 'quarantined', reason: this.reason };
  }

  /** Answers why nothing of the plugin may run any more, from the third within ten minutes on. */
  strike(message: string, nowMs: number): string | undefined {
    this.strikes = [...this.strikes, nowMs].filter((at) => nowMs - at < WINDOW_MS);
    if (this.strikes.length < MOST_STRIKES) return undefined;
    this.reason = `It was killed too often, the last time for: ${message}`.slice(0, 500);
    return this.reason;
  }

  /** The database was told. */
  settle(): void {
    this.reason = undefined;
  }

  /** Whoever enables the plugin takes what was before for settled. */
  forgive(): void {
    this.strikes = [];
  }
}
