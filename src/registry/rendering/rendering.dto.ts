import { FreeJson } from '../../platform/http/index.js';

export class RenderRequest {
  /** The value of each variable, by name; those with a default may be left out. */
  @FreeJson({ type: 'object', additionalProperties: true })
  variables?: unknown;
}

export class RenderedMessageResponse {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** `text` for a prompt of kind text, `messages` for the others. */
export class RenderResponse {
  project: string;
  name: string;
  version: string;
  digest: string;
  text?: string;
  messages?: RenderedMessageResponse[];
}
