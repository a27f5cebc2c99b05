import type { AdapterName } from '../catalog/provider.js';
import { anthropic } from './anthropic/messages.js';
import type { ModelAdapter } from './model-adapter.js';
import { openai, openaiCompatible } from './openai/chat-completions.js';

export const adapters: Readonly<Record<AdapterName, ModelAdapter>> = {
  anthropic,
  openai,
  'openai-compatible': openaiCompatible,
};
