import { Injectable } from '@nestjs/common';
import { OutboundHttp, OutboundRefused } from '../../platform/outbound/index.js';
import { parseWebhookDraft, type WebhookRequest } from './webhook-draft.js';
import type { WebhookDraft } from './webhook.js';

/** Reads what somebody asks for, by the rules that this server calls addresses by. */
@Injectable()
export class WebhookDrafts {
  constructor(private readonly http: OutboundHttp) {}

  /**
   * @param before what the webhook is, when it is one already
   * @throws validation-failed
   */
  parse(request: WebhookRequest, before?: WebhookDraft): WebhookDraft {
    return parseWebhookDraft(request, (url) => this.faultOf(url), before?.events);
  }

  private faultOf(url: string) {
    try {
      this.http.refuseUncallable(url);
      return undefined;
    } catch (error) {
      if (!(error instanceof OutboundRefused)) throw error;
      return { code: error.reason, detail: error.message };
    }
  }
}
