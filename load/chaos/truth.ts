import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

interface Publication {
  readonly text: string;
  /** When its answer was there; undefined while nobody knows whether it took effect. */
  acknowledgedAt: number | undefined;
}

/** What a body must hold at least. */
interface Body {
  readonly version: string;
  readonly digest: string;
  readonly lock: unknown;
  readonly content: { readonly text: string };
}

export type Judgement =
  | { readonly kind: 'right'; readonly ordinal: number; readonly staleMs: number }
  | { readonly kind: 'wrong'; readonly why: string };

/**
 * What was published, by the only writer, to prompts whose label `live` moves to every new version.
 * The ordinal of a version is the position of the label, and version 1.0.N has the ordinal N + 1.
 */
export class Truth {
  private readonly prompts = new Map<string, Publication[]>();

  /** Before the request is sent, because it may take effect without an answer. */
  attempt(prompt: string, text: string): number {
    const publications = this.prompts.get(prompt) ?? [];
    this.prompts.set(prompt, publications);
    publications.push({ text, acknowledgedAt: undefined });
    return publications.length;
  }

  acknowledge(prompt: string, ordinal: number, at: number): void {
    const publication = this.prompts.get(prompt)?.[ordinal - 1];
    if (!publication) throw new Error(`${prompt} has no publication ${ordinal}`);
    publication.acknowledgedAt = at;
  }

  /** Every version whose publish was answered, which therefore must be there for ever. */
  acknowledged(): readonly { readonly prompt: string; readonly version: string }[] {
    return [...this.prompts].flatMap(([prompt, publications]) =>
      publications.flatMap(({ acknowledgedAt }, index) =>
        acknowledgedAt === undefined ? [] : [{ prompt, version: `1.0.${index}` }],
      ),
    );
  }

  /** Whether a body is one that was published, and how old what it says about the label is. */
  judge(prompt: string, text: string, sentAt: number): Judgement {
    const publications = this.prompts.get(prompt) ?? [];
    const { version, digest, lock, content } = JSON.parse(text) as Body;
    const ordinal = Number(version.split('.')[2]) + 1;
    const publication = publications[ordinal - 1];
    if (!publication) return { kind: 'wrong', why: `${prompt}@${version} was never published` };
    if (publication.text !== content.text) {
      return { kind: 'wrong', why: `${prompt}@${version} has another text` };
    }
    if (digestOf(content, lock) !== digest) {
      return { kind: 'wrong', why: `${prompt}@${version} has another digest` };
    }
    const overtakenAt = publications
      .slice(ordinal)
      .find(({ acknowledgedAt }) => acknowledgedAt !== undefined)?.acknowledgedAt;
    return { kind: 'right', ordinal, staleMs: Math.max(0, sentAt - (overtakenAt ?? sentAt)) };
  }
}

function digestOf(content: unknown, lock: unknown): string {
  const text = canonicalize({ content, format: 1, lock }) ?? '';
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
