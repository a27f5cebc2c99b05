import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { ApiKeyUses, VerifiedCredentials } from '../../access/index.js';
import {
  type OperationContext,
  Policy,
  type Principal,
} from '../../platform/authorization/index.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { clientAddress, type FrontHandler, requestIdOf } from '../../platform/http/index.js';
import { type ReadAnswer, ReadService } from '../reads/read.service.js';
import { FrontAnswers } from './front-answers.js';
import { type FrontRequest, frontRequest } from './front-request.js';

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
    const asked = this.isOpen ? frontRequest(request) : undefined;
    const principal = asked && this.credentials.peek(asked.credential);
    if (!asked || !principal) {
      handOn();
      return;
    }
    const ctx = this.contextOf(request, principal);
    const answer = this.reads.peek(principal, asked.read);
    if (answer) this.send(ctx, asked, answer, response, startedAt);
    else if (this.isAllowed(principal, asked)) {
      this.reads.read(ctx, asked.read).then((loaded) => {
        this.send(ctx, asked, loaded, response, startedAt);
      }, handOn);
    } else handOn();
  };

  private isAllowed(principal: Principal, { read }: FrontRequest): boolean {
    const target = { prompt: read.name };
    return this.policy.knownProject(principal, read.project, 'prompt:read', target) !== undefined;
  }

  private send(
    ctx: OperationContext,
    { path }: FrontRequest,
    answer: ReadAnswer,
    response: ServerResponse,
    startedAt: number,
  ): void {
    if (ctx.principal.kind === 'key') this.uses.note(ctx, ctx.principal.id);
    this.answers.send(ctx, path, answer, response, startedAt);
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
