import { validationFailed } from '../../platform/errors/index.js';
import { checkContent } from '../content/content-check.js';
import { contentDigest } from '../content/content-digest.js';
import type { Content, JsonObject } from '../content/content.js';
import { checkProvenance } from '../content/provenance-check.js';
import { parseLabelName } from '../labels/label-name.js';
import { parsePromptName } from '../prompts/prompt-name.js';
import { parseTags } from '../prompts/tags.js';
import { checkTemplates } from '../rendering/check-templates.js';
import { isPrereleaseIdentifier } from './bump.js';
import type { Numbering } from './publish-decision.js';
import { parseVersion } from './semver.js';

/** What a publish asks for, as it arrives; null says no more than leaving a field out. */
export interface PublishFields {
  readonly content: unknown;
  readonly version?: string | null;
  readonly bump?: 'auto' | 'major' | 'minor' | 'patch' | null;
  readonly prerelease?: string | null;
  readonly baseVersion?: string | null;
  readonly changelog?: string | null;
  readonly labels?: readonly string[] | null;
  readonly description?: string | null;
  readonly tags?: readonly string[] | null;
  readonly provenance?: unknown;
  readonly policy?: 'semver' | 'none' | null;
  readonly allowDuplicate?: boolean | null;
}

/** A publish whose every part is valid by itself, whatever the prompt already holds. */
export interface Publication {
  readonly name: string;
  readonly content: Content;
  readonly digest: string;
  readonly numbering: Numbering;
  readonly baseVersion: string | undefined;
  readonly changelog: string | null;
  /** Sorted, each once: the order in which labels are locked. */
  readonly labels: readonly string[];
  readonly description: string | undefined;
  readonly tags: readonly string[] | undefined;
  readonly provenance: JsonObject | null;
  readonly policy: 'semver' | 'none';
  readonly allowDuplicate: boolean;
  /** Variables that are declared and never used. */
  readonly warnings: readonly TemplateWarning[];
}

export type TemplateWarning = ReturnType<typeof checkTemplates>[number];

/** @throws validation-failed, invalid-template, undeclared-variable, includes-not-supported */
export function parsePublication(name: string, fields: PublishFields): Publication {
  const content = checkContent(fields.content);
  const warnings = checkTemplates(content);
  return {
    name: parsePromptName(name),
    content,
    digest: contentDigest(content, []),
    numbering: parseNumbering(fields),
    baseVersion: given(fields.baseVersion, (base) => parseVersion(base, '/baseVersion')),
    changelog: fields.changelog ?? null,
    labels: [
      ...new Set(
        (fields.labels ?? []).map((label, index) => parseLabelName(label, `/labels/${index}`)),
      ),
    ].sort(),
    description: fields.description ?? undefined,
    tags: given(fields.tags, (tags) => parseTags(tags)),
    provenance: given(fields.provenance, checkProvenance) ?? null,
    policy: fields.policy ?? 'semver',
    allowDuplicate: fields.allowDuplicate ?? false,
    warnings,
  };
}

function given<T, R>(value: T | null | undefined, read: (value: T) => R): R | undefined {
  return value === null || value === undefined ? undefined : read(value);
}

function parseNumbering(fields: PublishFields): Numbering {
  const { version = null, bump = null, prerelease = null } = fields;
  if (version !== null && bump === null) {
    if (prerelease === null) return { kind: 'explicit', version: parseVersion(version) };
    throw invalid('/prerelease', 'needs-bump', 'goes with bump; write it into version instead');
  }
  if (bump === null || version !== null) {
    throw invalid('/version', 'version-or-bump', 'name either version or bump, and not both');
  }
  if (prerelease !== null && !isPrereleaseIdentifier(prerelease)) {
    throw invalid('/prerelease', 'invalid-prerelease', 'must be one word such as rc or beta');
  }
  return { kind: 'bump', bump, prerelease: prerelease ?? undefined };
}

/** A later publish says nothing about the prompt itself: that is what PATCH and PUT tags are for. */
export function refuseFirstVersionFields({ description, tags }: Publication): void {
  const given = [
    ...(description === undefined ? [] : ['description']),
    ...(tags === undefined ? [] : ['tags']),
  ];
  if (given.length === 0) return;
  throw validationFailed('The prompt exists, and these fields apply to its first version only.', {
    errors: given.map((field) => ({
      pointer: `/${field}`,
      code: 'first-version-only',
      detail: 'change it with PATCH on the prompt or PUT on its tags',
    })),
  });
}

function invalid(pointer: string, code: string, detail: string) {
  return validationFailed('The version cannot be numbered.', {
    errors: [{ pointer, code, detail }],
  });
}
