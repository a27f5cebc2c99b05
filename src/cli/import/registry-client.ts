import type { ApiClient } from '../api/api-client.js';
import type { ConvertedContent } from './convert.js';

/** A version as the server lists it. */
export interface ListedVersion {
  readonly version: string;
  /** Counts the versions of the prompt in the order in which they were published. */
  readonly ordinal: number;
  readonly digest: string;
}

export interface Publication {
  readonly content: ConvertedContent;
  readonly bump: 'auto';
  /** Of the prompt; the server takes it with the first version only. */
  readonly description?: string;
  readonly provenance: Readonly<Record<string, string>>;
}

interface VersionPage {
  readonly items: readonly ListedVersion[];
  readonly nextCursor: string | null;
}

/** The prompts of one project. */
export class RegistryClient {
  private readonly prompts: string;

  constructor(
    private readonly client: ApiClient,
    project: string,
  ) {
    this.prompts = `/v1/projects/${encodeURIComponent(project)}/prompts`;
  }

  /** @throws ApiProblem when the caller can read no prompts of the project */
  async requireAccess(): Promise<void> {
    await this.client.get(`${this.prompts}?limit=1`);
  }

  /** In the order in which they were published; undefined when there is no such prompt. */
  async findVersions(name: string): Promise<readonly ListedVersion[] | undefined> {
    const versions: ListedVersion[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
      const path = `${this.versionsOf(name)}?limit=200${query}`;
      const page: VersionPage | undefined = await this.client.find<VersionPage>(path);
      if (!page) return undefined;
      versions.push(...page.items);
      cursor = page.nextCursor;
    }
    return versions.sort((a, b) => a.ordinal - b.ordinal);
  }

  async publish(name: string, publication: Publication): Promise<ListedVersion> {
    return this.client.post<ListedVersion>(this.versionsOf(name), publication);
  }

  private versionsOf(name: string): string {
    return `${this.prompts}/${encodeURIComponent(name)}/versions`;
  }
}
