import type { IncomingMessage } from 'node:http';
import { bearerToken, MAX_HEADERS } from '../../platform/http/index.js';
import type { Read } from '../reads/read.service.js';

export interface FrontRequest {
  readonly credential: string;
  readonly read: Read;
  /** Without the query. */
  readonly path: string;
}

const projects = '/v1/projects/';
const prompts = '/prompts/';
const versions = '/versions/';
const digestQuery = /^digest=(sha256:[0-9a-f]{64})$/;
/** No name and no selector is as long; what is longer is for the router to judge. */
const MAX_SEGMENT = 1_000;

/**
 * What a request asks for when it is nothing but the plain read of a version: no body, no query
 * but a digest, nothing that is for the framework to judge. Undefined for every other request.
 */
export function frontRequest(request: IncomingMessage): FrontRequest | undefined {
  const { method, url = '', headers, rawHeaders } = request;
  if (method !== 'GET' || !url.startsWith(projects)) return undefined;
  if (rawHeaders.length > 2 * MAX_HEADERS) return undefined;
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) {
    return undefined;
  }
  // A page of another origin may need headers that CORS decides about.
  if (headers.origin !== undefined || headers.expect !== undefined) return undefined;
  const credential = bearerToken(headers.authorization);
  if (credential === undefined) return undefined;
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const digest = mark === -1 ? undefined : digestQuery.exec(url.slice(mark + 1))?.[1];
  if (mark !== -1 && digest === undefined) return undefined;
  const names = namesIn(path);
  if (!names) return undefined;
  return {
    credential,
    path,
    read: { ...names, digest, ifNoneMatch: headers['if-none-match'] },
  };
}

function namesIn(path: string): Pick<Read, 'project' | 'name' | 'selector'> | undefined {
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
