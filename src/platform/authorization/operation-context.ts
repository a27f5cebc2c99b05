import type { Principal } from './principal.js';

/** Where a request came from, as far as the instance can know. */
export interface Origin {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/**
 * Who acts, in which request, from where. It is the first parameter of every use case and of every
 * repository method, and it carries the open transaction when there is one (platform/database).
 */
export interface OperationContext {
  readonly principal: Principal;
  readonly requestId: string;
  readonly origin: Origin;
}

/** The context of work that no request asked for. */
export function systemContext(name: string): OperationContext {
  return {
    principal: { kind: 'system', name },
    requestId: `system:${name}`,
    origin: { ip: null, userAgent: null },
  };
}
