import type { PreparedHead } from '../../platform/http/index.js';
import type { DescribedRequest } from '../../platform/telemetry/index.js';
import type { ReadHeaders } from '../reads/caching.js';
import type { KnownVersion, Read, ReadAnswer, RepeatedRead } from '../reads/read.service.js';

type Names = Pick<Read, 'project' | 'name' | 'selector'>;

/**
 * Which version a URL is about, and all that was worked out for it. What is found by way of this one
 * object is found quickly when there are thousands: each table that is asked besides means memory
 * that no cache of the processor holds.
 */
export class AskedVersion implements RepeatedRead {
  readonly project: string;
  readonly name: string;
  readonly selector: string;
  known: KnownVersion | undefined = undefined;
  readonly heads: Record<ReadAnswer['status'], HeadOf | undefined> = {
    200: undefined,
    304: undefined,
  };
  readonly lines: Record<ReadAnswer['status'], DescribedRequest | undefined> = {
    200: undefined,
    304: undefined,
  };

  constructor(
    { project, name, selector }: Names,
    /** Without the query. */
    readonly path: string,
    readonly digest: string | undefined,
  ) {
    this.project = project;
    this.name = name;
    this.selector = selector;
  }
}

export interface HeadOf {
  readonly headers: ReadHeaders;
  readonly head: PreparedHead;
}

const projects = '/v1/projects/';
const prompts = '/prompts/';
const versions = '/versions/';
const digestQuery = /^digest=(sha256:[0-9a-f]{64})$/;
/** No name and no selector is as long; what is longer is for the router to judge. */
const MAX_SEGMENT = 1_000;

/** Undefined for every URL but that of a version, with no query but a digest. */
export function askedVersion(url: string): AskedVersion | undefined {
  if (!url.startsWith(projects)) return undefined;
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const digest = mark === -1 ? undefined : digestQuery.exec(url.slice(mark + 1))?.[1];
  if (mark !== -1 && digest === undefined) return undefined;
  const names = namesIn(path);
  return names && new AskedVersion(names, path, digest);
}

function namesIn(path: string): Names | undefined {
  const projectEnd = path.indexOf('/', projects.length);
  if (projectEnd === -1 || !path.startsWith(prompts, projectEnd)) return undefined;
  const nameStart = projectEnd + prompts.length;
  const nameEnd = path.indexOf('/', nameStart);
  if (nameEnd === -1 || !path.startsWith(versions, nameEnd)) return undefined;
  const project = segment(path.slice(projects.length, projectEnd));
  const name = segment(path.slice(nameStart, nameEnd));
  const selector = segment(path.slice(nameEnd + versions.length));
  return project && name && selector ? { project, name, selector } : undefined;
}

/** One part of the path as the router would decode it; undefined when in doubt. */
function segment(raw: string): string | undefined {
  if (raw === '' || raw.length > MAX_SEGMENT || /[/#]/.test(raw)) return undefined;
  if (!raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}
