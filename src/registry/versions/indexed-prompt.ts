import { highestSatisfying, type Selector, type SingleSelector } from './selector.js';
import { isStable } from './semver.js';

/** One version as a selector and the headers of a read see it: no content. */
export interface IndexedVersion {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  readonly yankedAtMs: number | null;
  readonly deprecatedAtMs: number | null;
  readonly purged: boolean;
}

/** All that a selector can be resolved with, for one prompt and as of one moment. */
export interface PromptIndex {
  readonly promptId: string;
  /** Highest first. */
  readonly versions: readonly IndexedVersion[];
  /** The id of the version that each label points to. */
  readonly labels: ReadonlyMap<string, string>;
}

/** So many selectors of one prompt are remembered; a prompt has few that are asked again and again. */
const MAX_REMEMBERED = 64;

/** A prompt of which everything is known that a selector may ask, so that it answers at once. */
export class IndexedPrompt {
  readonly promptId: string;
  /** How many versions and labels it holds. */
  readonly size: number;
  private readonly labels: ReadonlyMap<string, string>;
  private readonly byNumber: ReadonlyMap<string, IndexedVersion>;
  private readonly byId: ReadonlyMap<string, IndexedVersion>;
  /** Neither yanked nor purged, highest first. */
  private readonly choosable: readonly IndexedVersion[];
  private readonly remembered = new Map<Selector, IndexedVersion>();

  constructor({ promptId, versions, labels }: PromptIndex) {
    this.promptId = promptId;
    this.labels = labels;
    this.size = versions.length + labels.size;
    this.byNumber = new Map(versions.map((version) => [version.version, version]));
    this.byId = new Map(versions.map((version) => [version.id, version]));
    this.choosable = versions.filter(({ yankedAtMs, purged }) => yankedAtMs === null && !purged);
  }

  /** As `resolveSelector`; a selector object that comes again is answered from memory. */
  resolve(selector: Selector): IndexedVersion | undefined {
    if (selector.kind === 'exact') return this.byNumber.get(selector.version);
    const known = this.remembered.get(selector);
    if (known) return known;
    const found = this.search(selector);
    if (found) this.remember(selector, found);
    return found;
  }

  private search(selector: Selector): IndexedVersion | undefined {
    if (selector.kind !== 'chain') return this.searchOne(selector);
    for (const item of selector.items) {
      const found = this.searchOne(item);
      if (found) return found;
    }
    return undefined;
  }

  private searchOne(selector: SingleSelector): IndexedVersion | undefined {
    switch (selector.kind) {
      case 'exact':
        return this.byNumber.get(selector.version);
      case 'latest':
        return this.choosable.find(({ version }) => isStable(version));
      case 'label':
        return this.byId.get(this.labels.get(selector.name) ?? '');
      case 'range': {
        const numbers = this.choosable.map(({ version }) => version);
        return this.byNumber.get(highestSatisfying(numbers, selector.range) ?? '');
      }
    }
  }

  private remember(selector: Selector, version: IndexedVersion): void {
    if (this.remembered.size >= MAX_REMEMBERED) this.remembered.clear();
    this.remembered.set(selector, version);
  }
}
