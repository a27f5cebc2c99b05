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
  /** It was committed or rolled back, and its connection may be in the transaction of somebody else. */
  isOver?: true;
}

const carried = Symbol('transaction');

type Carrier = OperationContext & { readonly [carried]?: Transaction };

/** The same context, inside the transaction. */
export function withTransaction(ctx: OperationContext, transaction: Transaction): OperationContext {
  return { ...ctx, [carried]: transaction } as Carrier;
}

/** @throws Error for a context that outlived its transaction: what it does would be in none, or in another */
export function transactionOf(ctx: OperationContext): Transaction | undefined {
  const transaction = (ctx as Carrier)[carried];
  if (transaction?.isOver) throw new Error('the transaction of this context is over');
  return transaction;
}

/** @throws Error when called outside `UnitOfWork.run`, which is a mistake in the program */
export function requireTransaction(ctx: OperationContext): Transaction {
  const transaction = transactionOf(ctx);
  if (!transaction || transaction.readOnly) throw new Error('this write needs a unit of work');
  return transaction;
}
