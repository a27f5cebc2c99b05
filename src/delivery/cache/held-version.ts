import type { Held } from '../../platform/caching/index.js';
import type { IndexedVersion } from '../../registry/index.js';

export interface CachedBody {
  readonly text: string;
}

/** A version in memory that somebody keeps hold of, and what has become of it since. */
export class HeldVersion {
  constructor(
    readonly version: IndexedVersion,
    private readonly index: Held<object>,
    private readonly content: Held<CachedBody> | undefined,
  ) {}

  /** Whether the prompt still is as it was. */
  get isCurrent(): boolean {
    return this.index.value !== undefined;
  }

  /** Undefined when it is not in memory. */
  get body(): string | undefined {
    return this.content?.value?.text;
  }
}
