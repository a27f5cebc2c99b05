import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { ReadSnapshot } from '../../platform/database/index.js';
import { Problem } from '../../platform/errors/index.js';
import { problemText } from '../../platform/http/index.js';
import { type ReadAnswer, ReadService } from '../reads/read.service.js';
import { batchTooLarge } from './batch.errors.js';

export interface BatchItem {
  readonly prompt: string;
  readonly selector: string;
  readonly digest?: string | null;
  readonly ifNoneMatch?: string | null;
}

/** Of all versions of an answer together. */
export const MAX_BATCH_BYTES = 8 * 1024 * 1024;

/** Many reads at once, each as if it were alone. */
@Injectable()
export class BatchService {
  constructor(
    private readonly policy: Policy,
    private readonly snapshot: ReadSnapshot,
    private readonly reads: ReadService,
  ) {}

  /**
   * All of one moment: of labels that a release moves together, either none has moved or all.
   *
   * @returns the JSON of the answer, in which each version has the text of its single read
   * @throws not-found, forbidden, batch-too-large
   */
  async get(ctx: OperationContext, project: string, items: readonly BatchItem[]): Promise<string> {
    const texts = await this.snapshot.run(ctx, async (tx) => {
      await this.policy.requireProject(tx, project, 'prompt:read');
      const read: string[] = [];
      let bytes = 0;
      for (const item of items) {
        const text = await this.answer(tx, project, item);
        // Close enough: the text of a version is ASCII.
        bytes += text.length;
        if (bytes > MAX_BATCH_BYTES) throw tooLarge(read.length);
        read.push(text);
      }
      return read;
    });
    return `{"items":[${texts.join(',')}]}`;
  }

  private async answer(tx: OperationContext, project: string, item: BatchItem): Promise<string> {
    const { prompt: name, selector, digest, ifNoneMatch } = item;
    try {
      const answer = await this.reads.read(tx, {
        ...{ project, name, selector },
        digest: digest ?? undefined,
        ifNoneMatch: ifNoneMatch ?? undefined,
      });
      return readText(answer);
    } catch (error) {
      // What is wrong with the server is wrong with all of them.
      if (!(error instanceof Problem) || error.definition.status >= 500) throw error;
      const { status } = error.definition;
      return `{"status":${status},"problem":${problemText(error, tx.requestId)}}`;
    }
  }
}

function readText({ status, headers, body }: ReadAnswer): string {
  const head = JSON.stringify({
    status,
    etag: headers.ETag,
    cacheControl: headers['Cache-Control'],
    contentLocation: headers['Content-Location'],
    deprecation: headers.Deprecation,
  });
  return body === undefined ? head : `${head.slice(0, -1)},"body":${body}}`;
}

function tooLarge(fits: number) {
  return batchTooLarge(
    `The versions have more than ${MAX_BATCH_BYTES} bytes together, of which the first ${fits} fit: ` +
      'ask for fewer at once.',
  );
}
