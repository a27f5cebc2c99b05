import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import type { IndexedVersion, Selector } from '../../registry/index.js';
import type { HeldVersion } from './held-version.js';

/** What is read: a prompt by its name, in a project that the reader may read it in. */
export interface Wanted {
  readonly project: ProjectRef;
  readonly name: string;
  readonly selector: Selector;
  /** As it was sent, for whom it has to be explained to. */
  readonly selectorText: string;
  /** The reader has a version already and may need no body. */
  readonly conditional: boolean;
}

/** Where reads get versions from: memory or the database. */
export abstract class VersionSource {
  /**
   * Loads no content for a reader who may need none.
   *
   * @throws not-found, unknown-selector, version-purged
   */
  abstract find(ctx: OperationContext, wanted: Wanted): Promise<IndexedVersion>;

  /** The answer that shows the version, byte for byte. @throws version-purged */
  abstract body(ctx: OperationContext, wanted: Wanted, version: IndexedVersion): Promise<string>;

  /** What `find` and `body` would answer, if that is known at once. Undefined says nothing. */
  abstract hold(wanted: Wanted): HeldVersion | undefined;
}
