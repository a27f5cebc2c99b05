import { Inject, Injectable } from '@nestjs/common';
import { type OperationContext, type ProjectRef } from '../../platform/authorization/index.js';
import { type KeyRing, KEY_RING, newId } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Outbox } from '../../platform/events/index.js';
import type { Content } from '../content/content.js';
import { canonicalContent } from '../content/content-digest.js';
import type { ClearedMoves } from '../labels/cleared-moves.js';
import { LabelMover } from '../labels/label-mover.js';
import type { OpenPrompt } from '../prompts/prompt-access.js';
import type { Prompt } from '../prompts/prompt.js';
import { PromptsRepository } from '../prompts/prompts.repository.js';
import { promptCreated } from '../prompts/prompts.events.js';
import { promptArchived } from '../prompts/prompts.errors.js';
import { type Publication, refuseFirstVersionFields } from './publication.js';
import {
  compareAt,
  decideNumber,
  findDuplicate,
  findVersion,
  type History,
  isBaseStale,
  reasonsAgainst,
} from './publish-decision.js';
import { PublishAccess } from './publish-access.js';
import { signVersion } from './version-signature.js';
import type { Version, VersionSummary } from './version.js';
import {
  duplicateContent,
  purgedVersion,
  staleBase,
  unknownBase,
  versionExists,
  versionUnderBumped,
} from './versions.errors.js';
import { versionPublished } from './versions.events.js';
import { VersionsRepository } from './versions.repository.js';

export interface Published {
  readonly project: ProjectRef;
  readonly name: string;
  readonly version: Version;
  /** Canonical text. */
  readonly content: string;
  /** False when the same content was there under the same number already. */
  readonly created: boolean;
}

/**
 * Publishes a version in one transaction: prompt, version, labels and events are all there or none.
 *
 *   plugins asked  ->  prompt row (made and locked)  ->  its versions  ->  number decided  ->  version  ->  labels
 *
 * The lock on the prompt makes concurrent publishes of one prompt wait for each other, so a number
 * is decided on what is committed; publishes of different prompts meet only at the revision counter.
 */
@Injectable()
export class PublishService {
  constructor(
    private readonly access: PublishAccess,
    private readonly unitOfWork: UnitOfWork,
    private readonly prompts: PromptsRepository,
    private readonly versions: VersionsRepository,
    private readonly labels: LabelMover,
    private readonly outbox: Outbox,
    @Inject(KEY_RING) private readonly keys: KeyRing,
  ) {}

  /**
   * @throws version-exists, version-under-bumped, duplicate-content, stale-base, version-purged,
   *   prompt-archived, project-archived, and validation-failed for a base that is not there and for
   *   fields of a first version
   * @throws plugin-denied, veto-failed
   */
  async publish(
    ctx: OperationContext,
    projectName: string,
    publication: Publication,
  ): Promise<Published> {
    // Before the transaction, so that a caller without rights takes no lock; and again inside it.
    await this.access.open(ctx, projectName, publication);
    const cleared = await this.access.ask(ctx, projectName, publication);
    return this.publishAsked(ctx, projectName, publication, cleared);
  }

  /** As `publish`, after `PublishAccess.ask`, for whoever publishes inside of a transaction. */
  async publishAsked(
    ctx: OperationContext,
    projectName: string,
    publication: Publication,
    cleared: ClearedMoves,
  ): Promise<Published> {
    return this.unitOfWork.run(ctx, async (tx) => {
      const project = await this.access.open(tx, projectName, publication);
      const { prompt, created } = await this.prompts.lockOrInsert(tx, {
        projectId: project.id,
        name: publication.name,
        description: publication.description ?? null,
        owner: null,
      });
      if (prompt.archived) {
        throw promptArchived(`Restore ${prompt.name} before you publish to it.`);
      }
      if (created) await this.announce(tx, project, prompt, publication.tags ?? []);
      const history = await this.history(tx, prompt);
      const number = await this.decide(history, publication);
      const existing = findVersion(history, number);
      if (existing) return this.repeated(tx, project, prompt, existing, publication);
      if (!created) refuseFirstVersionFields(publication);
      return this.insert(tx, { project, prompt }, number, publication, history, cleared);
    });
  }

  private async announce(
    tx: OperationContext,
    project: ProjectRef,
    prompt: Prompt,
    tags: readonly string[],
  ): Promise<void> {
    await this.access.openNew(tx, project.name, prompt.name);
    await this.prompts.replaceTags(tx, prompt, tags);
    this.outbox.record(tx, promptCreated({ ...prompt, tags }));
  }

  private async history(tx: OperationContext, prompt: Prompt): Promise<History> {
    // Mostly one version is what decides the number and what checks it.
    const contents = new Map<string, Promise<Content>>();
    const load = async (id: string) =>
      JSON.parse(await this.versions.getContent(tx, id)) as Content;
    return {
      highestFirst: await this.versions.listSummaries(tx, prompt.id),
      contentOf: ({ id }) => {
        const content = contents.get(id) ?? load(id);
        contents.set(id, content);
        return content;
      },
    };
  }

  private async decide(history: History, publication: Publication): Promise<string> {
    const { baseVersion, content, numbering } = publication;
    if (baseVersion !== undefined) {
      if (!findVersion(history, baseVersion)) throw unknownBase(baseVersion);
      const repeats =
        numbering.kind === 'explicit' && findVersion(history, numbering.version) !== undefined;
      if (!repeats && isBaseStale(history, baseVersion)) {
        throw staleBase(
          `A version above ${baseVersion} was published in its major: look at it, then publish from it.`,
        );
      }
    }
    return decideNumber(history, content, numbering, baseVersion);
  }

  private async repeated(
    tx: OperationContext,
    project: ProjectRef,
    prompt: Prompt,
    existing: VersionSummary,
    publication: Publication,
  ): Promise<Published> {
    const { version: number, digest, purged } = existing;
    if (digest !== publication.digest) {
      throw versionExists(
        `${prompt.name}@${number} has other content, and a version never changes: take another number.`,
      );
    }
    if (purged) throw purgedVersion(prompt.name, existing);
    const version = await this.versions.getByVersion(tx, prompt.id, number);
    const content = canonicalContent(publication.content);
    return { project, name: prompt.name, version, content, created: false };
  }

  private async insert(
    tx: OperationContext,
    opened: OpenPrompt,
    number: string,
    publication: Publication,
    history: History,
    cleared: ClearedMoves,
  ): Promise<Published> {
    const { project, prompt } = opened;
    const { content, digest, changelog, provenance } = publication;
    const underBumped = await this.refuseBadNumber(history, number, publication);
    const ordinal = await this.prompts.countVersion(tx, prompt);
    const signed = { project: project.name, name: prompt.name, version: number, ordinal, digest };
    const text = canonicalContent(content);
    const version = await this.versions.insert(tx, {
      id: newId(),
      projectId: project.id,
      promptId: prompt.id,
      ordinal,
      version: number,
      kind: content.kind,
      content: text,
      lock: [],
      digest,
      changelog,
      provenance,
      signature: signVersion(signed, this.keys.version),
    });
    this.outbox.record(tx, versionPublished(prompt, version, underBumped));
    for (const label of publication.labels) {
      await this.labels.move(tx, opened, label, version, { ground: 'publish', cleared });
    }
    return { project, name: prompt.name, version, content: text, created: true };
  }

  /** Answers whether the number promises too much, which only `policy: none` lets pass. */
  private async refuseBadNumber(
    history: History,
    number: string,
    { content, digest, allowDuplicate, policy }: Publication,
  ): Promise<boolean> {
    const duplicate = allowDuplicate ? undefined : findDuplicate(history, number, digest);
    if (duplicate) {
      throw duplicateContent(
        `The content equals ${duplicate.version}: nothing changed that needs a new version. ` +
          'Send allowDuplicate to publish it all the same.',
        { members: { duplicateOf: duplicate.version } },
      );
    }
    const comparison = await compareAt(history, content, number);
    const underBumped = comparison.verdict?.underBumped ?? false;
    if (!underBumped || policy === 'none') return underBumped;
    throw versionUnderBumped(
      `${number} promises too much after ${comparison.base?.version ?? ''}: ` +
        `the change needs at least ${comparison.verdict?.minimum ?? ''}.`,
      {
        errors: reasonsAgainst(number, comparison).map(({ code, path, detail }) => ({
          pointer: `/content${path}`,
          code,
          detail,
        })),
        members: {
          requiredBump: comparison.required.bump,
          minimumVersion: comparison.verdict?.minimum,
        },
      },
    );
  }
}
