import { type Kill, RunnerProcess } from '../../runner/runner-process.js';
import type { FailureReason } from '../../runner/runner-outcome.js';
import { limitsOf } from '../../runner/runner-limits.js';
import { RunnerStartError } from '../../runner/runner-session.js';
import type { FoundPlugin } from '../folder/plugins-folder.js';
import { noHost } from './no-host.js';
import { offersFault } from './offers-fault.js';
import { RunningPlugin, type RunningParts, type RunningRelease } from './running-plugin.js';

/** Why a plugin that may run does not: for whoever manages it. */
export class PluginStartFailure extends Error {
  override readonly name = 'PluginStartFailure';

  constructor(
    message: string,
    /** Whether it used up what it may use, so that it had to be ended. */
    readonly byForce: boolean,
  ) {
    super(message);
  }
}

const forced: readonly FailureReason[] = ['timeout', 'cpu', 'memory'];

export interface RunningListener {
  readonly killed: (kill: Kill) => void;
  /** A call of it failed, and why. */
  readonly failed: (message: string) => void;
}

/** Makes a process of verified bytes. */
export class PluginStarter {
  constructor(
    /** The compiled runner; undefined for the one beside this program. */
    private readonly program: string | undefined,
    readonly parts: RunningParts,
  ) {}

  /**
   * Loads the plugin, compares what it offers with what it declares, has it begin and check itself.
   *
   * @throws PluginStartFailure, after which nothing of it runs
   */
  async start(
    { release }: FoundPlugin,
    what: RunningRelease,
    listener: RunningListener,
  ): Promise<RunningPlugin> {
    const runner = await this.load(release, listener);
    const lacking = offersFault(release.manifest, runner.offers);
    const failure =
      lacking === undefined
        ? await beginningFailure(runner)
        : new PluginStartFailure(lacking, false);
    if (failure) {
      await runner.stop(0);
      throw failure;
    }
    return new RunningPlugin(what, runner, this.parts, listener.failed);
  }

  private async load(release: FoundPlugin['release'], listener: RunningListener) {
    const limits = limitsOf(release.manifest.limits);
    try {
      return await RunnerProcess.start(release, limits, listener, this.program);
    } catch (error) {
      if (!(error instanceof RunnerStartError)) throw error;
      throw failureOf('It cannot be loaded', error);
    }
  }
}

async function beginningFailure(runner: RunnerProcess): Promise<PluginStartFailure | undefined> {
  for (const kind of ['init', 'check', 'ping'] as const) {
    const outcome = await runner.call({ kind }, null, noHost);
    if (!outcome.ok) return failureOf(`Its ${kind} failed`, outcome);
  }
  return undefined;
}

function failureOf(
  what: string,
  { reason, message }: { readonly reason: FailureReason; readonly message: string },
): PluginStartFailure {
  return new PluginStartFailure(`${what} (${reason}): ${message}`, forced.includes(reason));
}
