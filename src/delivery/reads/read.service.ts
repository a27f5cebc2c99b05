import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import {
  type OperationContext,
  Policy,
  type Principal,
  type ProjectRef,
} from '../../platform/authorization/index.js';
import { preconditionFailed } from '../../platform/errors/index.js';
import { ChangeFeed } from '../../platform/events/index.js';
import {
  type IndexedVersion,
  isPromptName,
  noSuchPrompt,
  parseSelector,
  type Selector,
} from '../../registry/index.js';
import type { HeldVersion } from '../cache/held-version.js';
import { VersionSource, type Wanted } from '../cache/version-source.port.js';
import { matches, outageHeaders, type ReadHeaders, readHeaders } from './caching.js';

export interface Read {
  readonly project: string;
  readonly name: string;
  readonly selector: string;
  /** What the reader's lock file says the version is. */
  readonly digest: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** A read that comes again and again, and what is known for it. */
export interface RepeatedRead extends Omit<Read, 'ifNoneMatch'> {
  known?: KnownVersion | undefined;
}

/** Which version a read is about, for as long as that holds. */
export interface KnownVersion {
  readonly projectId: string;
  readonly held: HeldVersion;
  readonly headers: ReadHeaders;
}

/** A whole answer, so that nothing has to be known of HTTP frameworks to give or to keep it. */
export interface ReadAnswer {
  readonly status: 200 | 304;
  /** Often the same object again, which tells that the headers are the same. */
  readonly headers: ReadHeaders;
  /** ASCII. */
  readonly body: string | undefined;
}

const MAX_SELECTORS = 10_000;
/** The caches hear of some uses, drawn by lot: enough to know what to keep, and few enough to be free. */
const HEARD_SHARE = 1 / 16;

/** The main job: a prompt for a service that waits for it. */
@Injectable()
export class ReadService {
  /** A selector that comes again is the same object, by which prompts remember what it meant. */
  private readonly selectors = new LRUCache<string, Selector>({ max: MAX_SELECTORS });

  constructor(
    private readonly policy: Policy,
    private readonly versions: VersionSource,
    private readonly feed: ChangeFeed,
  ) {}

  /** @throws invalid-selector, not-found, unknown-selector, version-purged, precondition-failed */
  async read(ctx: OperationContext, read: Read): Promise<ReadAnswer> {
    const { name, selector: selectorText, digest } = read;
    const selector = this.selector(selectorText);
    const target = { prompt: name };
    const project = await this.policy.requireProject(ctx, read.project, 'prompt:read', target);
    if (!isPromptName(name)) throw noSuchPrompt(read.project, name);
    const conditional = read.ifNoneMatch !== undefined;
    const wanted: Wanted = { project, name, selector, selectorText, conditional };
    const version = await this.versions.find(ctx, wanted);
    if (digest !== undefined && digest !== version.digest) throw otherDigest(name, version);
    const headers = this.headers(wanted, version, digest !== undefined);
    // The content is not looked at before this: most reads of a warm client end here.
    if (matches(read.ifNoneMatch, headers.ETag)) return notModified(headers);
    return { status: 200, headers, body: await this.versions.body(ctx, wanted, version) };
  }

  /**
   * What `read` would answer, when that is a version and known without asking anybody. Undefined
   * says nothing; nobody is refused by it and nothing is recorded.
   */
  peek(principal: Principal, read: RepeatedRead, ifNoneMatch?: string): ReadAnswer | undefined {
    const target = { prompt: read.name };
    const project = this.policy.knownProject(principal, read.project, 'prompt:read', target);
    if (!project || !this.feed.isConfirmed()) return undefined;
    const { known } = read;
    const isKnown = known?.held.isCurrent && known.projectId === project.id;
    const answer =
      isKnown && Math.random() > HEARD_SHARE ? answerOf(known, ifNoneMatch) : undefined;
    if (answer) return answer;
    read.known = this.look(project, read);
    return read.known && answerOf(read.known, ifNoneMatch);
  }

  private look(project: ProjectRef, read: RepeatedRead): KnownVersion | undefined {
    const { name, selector: selectorText, digest } = read;
    const selector = this.selectors.get(selectorText);
    if (!selector) return undefined;
    const wanted: Wanted = { project, name, selector, selectorText, conditional: true };
    const held = this.versions.hold(wanted);
    if (!held || (digest !== undefined && digest !== held.version.digest)) return undefined;
    const headers = readHeaders(wanted, held.version, digest !== undefined);
    return { projectId: project.id, held, headers };
  }

  private selector(text: string): Selector {
    const known = this.selectors.get(text);
    if (known) return known;
    const selector = parseSelector(text);
    this.selectors.set(text, selector);
    return selector;
  }

  private headers(wanted: Wanted, version: IndexedVersion, pinned: boolean): ReadHeaders {
    const headers = readHeaders(wanted, version, pinned);
    if (this.feed.isConfirmed()) return headers;
    return { ...headers, ...outageHeaders(this.feed.unconfirmedMs()) };
  }
}

function answerOf({ headers, held }: KnownVersion, ifNoneMatch?: string): ReadAnswer | undefined {
  if (matches(ifNoneMatch, headers.ETag)) return notModified(headers);
  const { body } = held;
  return body === undefined ? undefined : { status: 200, headers, body };
}

function notModified(headers: ReadHeaders): ReadAnswer {
  return { status: 304, headers, body: undefined };
}

function otherDigest(name: string, { version, digest }: IndexedVersion) {
  return preconditionFailed(
    `${name}@${version} is ${digest}, not what the digest parameter says: ` +
      'check the lock file it came from.',
    { members: { digest } },
  );
}
