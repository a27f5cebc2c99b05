import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import { pageRequest, pageResponse } from '../../platform/paging/index.js';
import { isoTime } from '../../platform/time/index.js';
import {
  HostFunctions,
  type PageQuery,
  type PromptFunctions,
  type PromptQuery,
  type Proposal,
} from '../../plugins/index.js';
import { RenderService } from '../rendering/render.service.js';
import { cursorList, parsePromptSearch } from '../search/prompt-search.js';
import { PromptSearchService } from '../search/prompt-search.service.js';
import { parsePublication } from '../versions/publication.js';
import { PublishService } from '../versions/publish.service.js';
import { VersionListing } from '../versions/version-listing.js';
import { VersionReader } from '../versions/version-reader.js';
import { showSummary, showVersionSummary } from './plugin-view.js';

const DEFAULT_LIMIT = 50;
const VERSIONS = 'plugin-versions';

/** What plugins may have the registry do: use cases that others have too, as `promptd:api` shows them. */
@Injectable()
export class RegistryPromptFunctions implements PromptFunctions, OnModuleInit {
  constructor(
    private readonly functions: HostFunctions,
    private readonly reader: VersionReader,
    private readonly search: PromptSearchService,
    private readonly listing: VersionListing,
    private readonly publisher: PublishService,
    private readonly renderer: RenderService,
  ) {}

  onModuleInit(): void {
    this.functions.offerPrompts(this);
  }

  async get(ctx: OperationContext, project: ProjectRef, query: PromptQuery) {
    const { name, version, content } = await this.reader.find(
      ctx,
      project.name,
      query.name,
      query.selector,
    );
    const { version: number, ordinal, digest, createdAtMs } = version;
    return {
      ...{ project: project.name, name, version: number, ordinal, digest, content },
      createdAt: isoTime(createdAtMs),
    };
  }

  async list(ctx: OperationContext, project: ProjectRef, query: PageQuery) {
    const search = parsePromptSearch(project.name, {});
    const list = cursorList(search);
    const page = await this.search.search(ctx, search, pageRequest(withLimit(query), list));
    return pageResponse(page, list, showSummary);
  }

  async versions(
    ctx: OperationContext,
    project: ProjectRef,
    { name, ...query }: PageQuery & { readonly name: string },
  ) {
    const request = pageRequest(withLimit(query), VERSIONS);
    const page = await this.listing.list(ctx, project.name, name, request);
    return pageResponse(page, VERSIONS, showVersionSummary);
  }

  async propose(ctx: OperationContext, project: ProjectRef, proposal: Proposal, plugin: string) {
    const { name, content, message: changelog, version = null, bump = null } = proposal;
    const publication = parsePublication(name, {
      ...{ content, changelog, version, bump },
      provenance: { plugin },
    });
    const published = await this.publisher.publish(ctx, project.name, publication);
    return { version: published.version.version, digest: published.version.digest };
  }

  async render(
    ctx: OperationContext,
    project: ProjectRef,
    query: PromptQuery & { readonly variables: Readonly<Record<string, unknown>> },
  ) {
    const { name, selector, variables } = query;
    const { found, rendered } = await this.renderer.render(
      ctx,
      project.name,
      name,
      selector,
      variables,
    );
    return { version: found.version.version, digest: found.version.digest, ...rendered };
  }
}

function withLimit({ limit = DEFAULT_LIMIT, cursor }: PageQuery) {
  return { limit, ...(cursor !== undefined && { cursor }) };
}
