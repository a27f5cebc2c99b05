import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import type { Prompt } from '../prompts/prompt.js';
import { isVersion } from '../versions/semver.js';
import { VersionStatesRepository } from '../versions/version-states.repository.js';
import type { Version } from '../versions/version.js';
import { unknownSelector, versionPurged, versionYanked } from '../versions/versions.errors.js';
import { VersionsRepository } from '../versions/versions.repository.js';

/** Where a label may point to. */
@Injectable()
export class LabelTargets {
  constructor(
    private readonly versions: VersionsRepository,
    private readonly states: VersionStatesRepository,
  ) {}

  /**
   * The version of this exact number. The prompt must be locked, so that it stays fit for a label.
   *
   * @throws unknown-selector, version-yanked, version-purged
   */
  async get(tx: OperationContext, prompt: Prompt, number: string): Promise<Version> {
    const version = isVersion(number)
      ? await this.versions.findByVersion(tx, prompt.id, number)
      : undefined;
    if (!version) {
      throw unknownSelector(`${prompt.name} has no version ${number}: name an exact version.`);
    }
    const state = await this.states.get(tx, version.id);
    if (state.purged) throw versionPurged(`${prompt.name}@${number} was erased for good.`);
    if (state.yanked) {
      throw versionYanked(
        `${prompt.name}@${number} is yanked (${state.yanked.reason}): choose another version.`,
      );
    }
    return version;
  }
}
