import { ChangeHub } from '../../src/delivery/feed/change-hub.js';
import type { ChangeStream } from '../../src/delivery/feed/change-stream.js';
import { OpenStreams } from '../../src/delivery/feed/open-streams.js';
import { StreamLimits } from '../../src/delivery/feed/stream-limits.js';
import { EventStream } from './event-stream.js';
import type { FreshApplication } from './fresh-application.js';
import type { PromptWorkspace } from './prompt-workspace.js';
import { until } from './until.js';

type Headers = Readonly<Record<string, string | string[]>>;

/** Everybody who reads streams of an application, and the bounds they are held to. */
export class StreamReaders {
  private readonly opened: EventStream[] = [];

  constructor(private readonly app: FreshApplication) {}

  get hub(): ChangeHub {
    return this.provided(ChangeHub);
  }

  /** What the program holds of the streams that are open. */
  get held(): readonly ChangeStream[] {
    return this.provided(OpenStreams).all();
  }

  async open(workspace: PromptWorkspace, token?: string, headers?: Headers): Promise<EventStream> {
    const url = `${this.app.url}/v1/projects/${workspace.project}/events`;
    const stream = await EventStream.open(url, token ?? this.app.admin.token, headers);
    this.opened.push(stream);
    return stream;
  }

  /** A stream that is told everything from now on. */
  async follow(
    workspace: PromptWorkspace,
    token?: string,
    headers?: Headers,
  ): Promise<EventStream> {
    const stream = await this.open(workspace, token, headers);
    await stream.until(() => stream.of('ready').length + stream.of('resync').length === 1);
    return stream;
  }

  /** Other bounds, for one test. */
  bound(limits: Partial<StreamLimits>): void {
    const now = this.provided(StreamLimits);
    for (const [name, value] of Object.entries(limits)) {
      jest.replaceProperty(now, name as 'maxStreams', value);
    }
  }

  async untilOpen(count: number): Promise<void> {
    // Sockets are closed by the event loop, which has to have its turns.
    const ask = () =>
      new Promise<number>((resolve) => {
        setImmediate(() => {
          resolve(this.held.length);
        });
      });
    await until(ask, (open) => open === count);
  }

  /** For `afterEach`: leaves nothing open, and finds what the program forgot to close. */
  async close(): Promise<void> {
    for (const stream of this.opened.splice(0)) stream.close();
    await this.untilOpen(0);
  }

  private provided<T>(type: new (...args: never[]) => T): T {
    return this.app.application.nest.get<T>(type, { strict: false });
  }
}

/** Such as `version.published support/greeting 1.0.0`. */
export function told(stream: EventStream): readonly string[] {
  return stream.changes.map(({ type, prompt, version, label }) =>
    [String(type).slice('prompt.'.length), prompt, version ?? label].filter(Boolean).join(' '),
  );
}
