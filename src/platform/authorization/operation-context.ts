import type { Principal } from './principal.js';

/** Where a request came from, as far as the instance can know. */
export interface Origin {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/**
 * A row that says that a request took effect, so that it does so once (platform/idempotency). The
 * unit of work has it written with whatever else the request writes. Work that outlives the request
 * or its failure must not carry it.
 */
export interface Claim {
  /** The first statement of each transaction of the request. @throws to undo the transaction */
  write(tx: OperationContext): Promise<void>;
}

/**
 * Who acts, in which request, from where. It is the first parameter of every use case and of every
 * repository method, and it carries the open transaction when there is one (platform/database).
 */
export interface OperationContext {
  readonly principal: Principal;
  readonly requestId: string;
  readonly origin: Origin;
  readonly claim?: Claim;
  /** Has connections of its own, so that it goes on however many requests there are. */
  readonly background?: true;
}

/** The context of work that no request asked for. */
export function systemContext(name: string): OperationContext {
  return {
    principal: { kind: 'system', name },
    requestId: `system:${name}`,
    origin: { ip: null, userAgent: null },
  };
}

/** The context of work that must go on while more requests come than there is room for. */
export function backgroundContext(name: string): OperationContext {
  return { ...systemContext(name), background: true };
}
