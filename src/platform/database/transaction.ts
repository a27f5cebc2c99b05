import type { EntityManager } from 'typeorm';
import type { OperationContext } from '../authorization/index.js';

/** An open transaction with what is to be done when it ends. */
export interface Transaction {
  readonly manager: EntityManager;
  /** It is a snapshot (read-snapshot.ts): nothing is written in it. */
  readonly readOnly?: true;
  /** Run inside the transaction, last, in the order they were added. */
  readonly beforeCommit: (() => Promise<void>)[];
  /** Run once the transaction is durable. They must not fail. */
  readonly afterCommit: (() => void)[];
}

const carried = Symbol('transaction');

type Carrier = OperationContext & { readonly [carried]?: Transaction };

/** The same context, inside the transaction. */
export function withTransaction(ctx: OperationContext, transaction: Transaction): OperationContext {
  return { ...ctx, [carried]: transaction } as Carrier;
}

export function transactionOf(ctx: OperationContext): Transaction | undefined {
  return (ctx as Carrier)[carried];
}

/** @throws Error when called outside `UnitOfWork.run`, which is a mistake in the program */
export function requireTransaction(ctx: OperationContext): Transaction {
  const transaction = transactionOf(ctx);
  if (!transaction || transaction.readOnly) throw new Error('this write needs a unit of work');
  return transaction;
}
