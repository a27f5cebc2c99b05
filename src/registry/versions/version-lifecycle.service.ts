import { Injectable } from '@nestjs/common';
import type { OperationContext, ProjectPermission } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { type EventData, Outbox } from '../../platform/events/index.js';
import { LabelsRepository } from '../labels/labels.repository.js';
import { PromptAccess } from '../prompts/prompt-access.js';
import { refuseArchived } from '../prompts/refuse-archived.js';
import type { Prompt } from '../prompts/prompt.js';
import { isVersion } from './semver.js';
import { VersionStatesRepository } from './version-states.repository.js';
import type { Version, VersionState } from './version.js';
import { unknownSelector, versionLabelled } from './versions.errors.js';
import { versionChanged, type VersionChange, type VersionStanding } from './versions.events.js';
import { VersionsRepository } from './versions.repository.js';

/** A version under its prompt's lock. */
interface OpenVersion {
  readonly prompt: Prompt;
  readonly version: Version;
  readonly state: VersionState;
}

export interface Deprecation {
  readonly message: string;
  readonly replacement: string | null;
}

/** What may still happen to a version: yank, deprecation, purge. The version row never changes. */
@Injectable()
export class VersionLifecycleService {
  constructor(
    private readonly access: PromptAccess,
    private readonly unitOfWork: UnitOfWork,
    private readonly versions: VersionsRepository,
    private readonly states: VersionStatesRepository,
    private readonly labels: LabelsRepository,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Keeps `latest` and ranges from choosing the version; it is still served by its number.
   *
   * @throws unknown-selector, prompt-archived, and version-labelled while a label points to it
   */
  async yank(
    ctx: OperationContext,
    project: string,
    name: string,
    number: string,
    reason: string,
  ): Promise<void> {
    await this.change(ctx, project, name, number, 'version:yank', async (tx, open) => {
      if (open.state.yanked?.reason === reason) return;
      await this.refuseLabelled(tx, open);
      await this.states.setYank(tx, open.version.id, reason);
      this.announce(tx, open, 'yanked', { yanked: { reason } }, { reason });
    });
  }

  async unyank(
    ctx: OperationContext,
    project: string,
    name: string,
    number: string,
  ): Promise<void> {
    await this.change(ctx, project, name, number, 'version:yank', async (tx, open) => {
      if (!open.state.yanked) return;
      await this.states.setYank(tx, open.version.id, null);
      this.announce(tx, open, 'unyanked', { yanked: null });
    });
  }

  /** Warns readers and nothing else; null takes the warning back. */
  async setDeprecation(
    ctx: OperationContext,
    project: string,
    name: string,
    number: string,
    deprecation: Deprecation | null,
  ): Promise<void> {
    await this.change(ctx, project, name, number, 'version:yank', async (tx, open) => {
      const message = deprecation?.message ?? null;
      const replacement = deprecation?.replacement ?? null;
      const current = open.state.deprecated;
      if (
        (current?.message ?? null) === message &&
        (current?.replacement ?? null) === replacement
      ) {
        return;
      }
      await this.states.setDeprecation(tx, open.version.id, message, replacement);
      const type = deprecation ? 'deprecated' : 'undeprecated';
      this.announce(tx, open, type, { deprecated: deprecation }, { message, replacement });
    });
  }

  /**
   * Blanks the content for good, for leaked secrets and legal erasure. Number and digest stay, and
   * reads answer `version-purged`. A second purge changes nothing.
   */
  async purge(
    ctx: OperationContext,
    project: string,
    name: string,
    number: string,
    reason: string,
  ): Promise<void> {
    await this.change(ctx, project, name, number, 'version:purge', async (tx, open) => {
      if (open.state.purged) return;
      await this.states.insertPurge(tx, open.version.id, reason);
      await this.versions.blankContent(tx, open.version.id);
      this.announce(tx, open, 'purged', { purged: true }, { reason });
    });
  }

  private async change(
    ctx: OperationContext,
    project: string,
    name: string,
    number: string,
    permission: ProjectPermission,
    work: (tx: OperationContext, open: OpenVersion) => Promise<void>,
  ): Promise<void> {
    await this.unitOfWork.run(ctx, async (tx) => {
      const opened = await this.access.lock(tx, project, name, permission);
      const { prompt } = opened;
      // A leaked secret has to go, wherever it was put away.
      if (permission !== 'version:purge') refuseArchived(opened.prompt);
      const version = isVersion(number)
        ? await this.versions.findByVersion(tx, prompt.id, number)
        : undefined;
      if (!version) {
        throw unknownSelector(`${name} has no version ${number}: name an exact version.`);
      }
      await work(tx, { prompt, version, state: await this.states.get(tx, version.id) });
    });
  }

  private async refuseLabelled(tx: OperationContext, { version }: OpenVersion): Promise<void> {
    const labels = (await this.labels.namesByVersion(tx, [version.id])).get(version.id);
    if (!labels) return;
    throw versionLabelled(`Move these labels to another version first: ${labels.join(', ')}.`, {
      members: { labels },
    });
  }

  private announce(
    tx: OperationContext,
    { prompt, version, state }: OpenVersion,
    change: VersionChange,
    after: Partial<VersionStanding>,
    data: EventData = {},
  ): void {
    this.outbox.record(tx, versionChanged(prompt, version, change, { before: state, after, data }));
  }
}
