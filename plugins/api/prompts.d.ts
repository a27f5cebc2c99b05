declare module 'promptd:api' {
  /** Prompts of the project of the call, as far as its caller may see them. */
  export interface PromptAccess {
    /**
     * Capability `prompts:read`: one version, by an exact number, a label, a range or `latest`.
     * Rejects when there is none or its content was purged.
     */
    get(reference: { name: string; selector: string }): Promise<PromptVersion>;
    /** Capability `prompts:read`: a page of prompts by name, 100 at most. */
    list(page?: PageRequest): Promise<Page<PromptSummary>>;
    /** Capability `prompts:read`: a page of the versions of a prompt, the newest first, 100 at most. */
    versions(request: { name: string } & PageRequest): Promise<Page<VersionSummary>>;
    /**
     * Capability `prompts:propose`: publishes a version in the caller's name, by the same rules as
     * every publish, vetoes included. No label moves.
     */
    propose(proposal: Proposal): Promise<{ version: string; digest: string }>;
  }

  export interface PageRequest {
    /** `nextCursor` of the page before. */
    cursor?: string;
    limit?: number;
  }

  export interface Page<Item> {
    items: Item[];
    /** Null on the last page. */
    nextCursor: string | null;
  }

  export interface PromptSummary {
    name: string;
    description: string | null;
    tags: string[];
    /** The highest stable version that is neither yanked nor purged. */
    latest: string | null;
    labels: Record<string, string>;
    archived: boolean;
  }

  export interface VersionSummary {
    version: string;
    /** 1, 2, 3 … in the order of publishing. */
    ordinal: number;
    digest: string;
    createdAt: string;
    labels: string[];
    yanked: { reason: string } | null;
    purged: boolean;
  }

  export interface PromptVersion {
    project: string;
    name: string;
    version: string;
    ordinal: number;
    digest: string;
    content: Content;
    createdAt: string;
  }

  export type Proposal = {
    name: string;
    content: Content;
    /** Why, for the changelog of the version. */
    message: string;
  } & ({ version: string } | { bump: 'auto' | 'major' | 'minor' | 'patch' });

  export interface RenderRequest {
    name: string;
    selector: string;
    variables: Record<string, Json>;
  }

  /** `text` for kind text, `messages` for the others. */
  export type Rendered = { version: string; digest: string } & (
    { text: string } | { messages: Message[] }
  );
}
