import type { OperationContext } from '../../platform/authorization/index.js';

/** A place outside the database that is given every checkpoint, in order and at least once. */
export interface CheckpointTarget {
  /** For the log; holds no secret. */
  readonly name: string;
  /**
   * Gives it everything that it does not have. Stops between two checkpoints once the signal is
   * aborted.
   *
   * @throws Error when it could not be given all; the next call goes on where this one stopped
   */
  catchUp(ctx: OperationContext, signal: AbortSignal): Promise<void>;
}
