import { ApiProblem } from '../api/api-problem.js';
import { contentDigest } from '../../registry/verification.js';
import type { Conversion } from './convert.js';
import type { ImportLine } from './import-line.js';
import type { ListedVersion, Publication, RegistryClient } from './registry-client.js';

/** What became of the versions of one line. */
export interface ChainResult {
  readonly published: number;
  readonly skipped: number;
  /** Published versions whose first number is above that of the version before. */
  readonly majors: number;
  /** Why the rest of the line was not published. */
  readonly failure?: string;
}

/** One version of the line, ready to publish. */
interface Step {
  readonly at: string;
  readonly content: Conversion['content'];
  readonly digest: string;
}

/**
 * Publishes the versions of a line in their order, each numbered by the server.
 *
 * What the server has already is recognised by digest and order: the line is followed through the
 * versions in the order they were published, and everything from the first one that is missing on
 * is published. So a second import publishes nothing, an interrupted one goes on where it stopped,
 * and a version that goes back to an earlier text is published once more. A version equal to the
 * one before it in the line changes nothing and is left out. The first refusal ends the line,
 * because a later version on top of a hole would be another history than the author's.
 *
 * @throws what is no refusal of this line: no answer, or a credential that is not accepted
 */
export async function publishChain(
  registry: Pick<RegistryClient, 'findVersions' | 'publish'>,
  source: string,
  line: ImportLine,
  conversions: readonly Conversion[],
): Promise<ChainResult> {
  const steps = stepsOf(line, conversions);
  const result = { published: 0, skipped: line.versions.length - steps.length, majors: 0 };
  try {
    const existing = await registry.findVersions(line.name);
    const there = publishedSteps(steps, existing ?? []);
    result.skipped += there.length;
    let previous = there.at(-1);
    let isNewPrompt = existing === undefined;
    for (const step of steps.slice(there.length)) {
      const published = await publishStep(registry, line.name, {
        content: step.content,
        bump: 'auto',
        ...(isNewPrompt && { description: line.title }),
        provenance: provenanceOf(source, line, step),
      });
      isNewPrompt = false;
      if (!published) {
        result.skipped += 1;
        continue;
      }
      result.published += 1;
      if (previous && majorOf(published) > majorOf(previous)) result.majors += 1;
      previous = published;
    }
    return result;
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status === 401) throw error;
    return { ...result, failure: error.message };
  }
}

function stepsOf({ versions }: ImportLine, conversions: readonly Conversion[]): readonly Step[] {
  const steps = versions.flatMap(({ at }, index) => {
    const content = conversions[index]?.content;
    return content ? [{ at, content, digest: contentDigest(content, []) }] : [];
  });
  return steps.filter(({ digest }, index) => digest !== steps[index - 1]?.digest);
}

/** The versions on the server that are the first steps of the line, one for each. */
function publishedSteps(
  steps: readonly Step[],
  existing: readonly ListedVersion[],
): readonly ListedVersion[] {
  const there: ListedVersion[] = [];
  for (const version of existing) {
    if (version.digest === steps[there.length]?.digest) there.push(version);
  }
  return there;
}

/** Undefined when somebody else published the same just now. */
async function publishStep(
  registry: Pick<RegistryClient, 'findVersions' | 'publish'>,
  name: string,
  publication: Publication,
): Promise<ListedVersion | undefined> {
  try {
    return await registry.publish(name, publication);
  } catch (error) {
    if (error instanceof ApiProblem && error.code === 'duplicate-content') return undefined;
    throw error;
  }
}

/** Where a version came from, kept with it for ever. */
function provenanceOf(
  source: string,
  { format }: ImportLine,
  { at }: Step,
): Readonly<Record<string, string>> {
  return { source, at, format };
}

function majorOf({ version }: ListedVersion): number {
  return Number.parseInt(version, 10);
}
