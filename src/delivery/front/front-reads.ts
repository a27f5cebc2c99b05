import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { ApiKeyUses, VerifiedCredentials } from '../../access/index.js';
import {
  type OperationContext,
  Policy,
  type Principal,
} from '../../platform/authorization/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import {
  clientAddress,
  type FrontHandler,
  MAX_HEADERS,
  requestIdOf,
} from '../../platform/http/index.js';
import { type Read, type ReadAnswer, ReadService } from '../reads/read.service.js';
import type { AskedVersion } from './asked-version.js';
import { FrontAnswers } from './front-answers.js';
import { FrontMemory } from './front-memory.js';

/**
 * The plain read, answered before the framework: the same answer from the same services, without
 * guards, pipes, interceptors and hooks.
 *
 *   plain GET?  ->  credential known?  ->  project and prompt allowed?  ->  version known?  ->  answer
 *        |                 |                         |                          | no: load it
 *        +-----------------+-------------------------+---- no, or any doubt ----+-> framework
 *
 * SECURITY: it gives whole answers to known callers and nothing else. Whoever is to be refused, and
 * whatever went wrong, is handed on as it came, and the framework makes the answer.
 */
@Injectable()
export class FrontReads {
  private readonly memory = new FrontMemory();
  private readonly addressOf: (request: IncomingMessage) => string | null;
  private readonly isOpen: boolean;

  constructor(
    private readonly credentials: VerifiedCredentials,
    private readonly uses: ApiKeyUses,
    private readonly policy: Policy,
    private readonly reads: ReadService,
    private readonly answers: FrontAnswers,
    @Inject(CONFIG) { trustProxy, rateLimitReads }: Config,
  ) {
    this.addressOf = clientAddress(trustProxy);
    // Whoever limits reads wants them counted, which the framework's guard does.
    this.isOpen = rateLimitReads === 0;
  }

  readonly handle: FrontHandler = (request, response, handOn) => {
    const startedAt = performance.now();
    const principal = this.isOpen && isPlainGet(request) ? this.callerOf(request) : undefined;
    const asked = principal && this.memory.versionOf(request.url ?? '');
    if (!asked) {
      handOn();
      return;
    }
    const ifNoneMatch = request.headers['if-none-match'];
    const ctx = this.contextOf(request, principal);
    const send = (answer: ReadAnswer) => {
      if (principal.kind === 'key') this.uses.note(ctx, principal.id);
      this.answers.send(ctx, asked, answer, response, startedAt);
    };
    const answer = this.reads.peek(principal, asked, ifNoneMatch);
    if (answer) send(answer);
    else if (!this.isAllowed(principal, asked)) handOn();
    else this.reads.read(ctx, readOf(asked, ifNoneMatch)).then(send, handOn);
  };

  private callerOf(request: IncomingMessage): Principal | undefined {
    const credential = this.memory.credentialOf(request);
    return credential && this.credentials.peek(credential);
  }

  private isAllowed(principal: Principal, { project, name }: AskedVersion): boolean {
    const target = { prompt: name };
    return this.policy.knownProject(principal, project, 'prompt:read', target) !== undefined;
  }

  private contextOf(request: IncomingMessage, principal: Principal): OperationContext {
    return {
      principal,
      requestId: requestIdOf(request.headers),
      origin: {
        ip: this.addressOf(request),
        userAgent: request.headers['user-agent']?.slice(0, 255) ?? null,
      },
    };
  }
}

function readOf(asked: AskedVersion, ifNoneMatch: string | undefined): Read {
  const { project, name, selector, digest } = asked;
  return { project, name, selector, digest, ifNoneMatch };
}

/** No body, and nothing that is for the framework to judge. */
function isPlainGet({ method, headers, rawHeaders }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    rawHeaders.length <= 2 * MAX_HEADERS &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined &&
    // A page of another origin may need headers that CORS decides about.
    headers.origin === undefined &&
    headers.expect === undefined
  );
}
