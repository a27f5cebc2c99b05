import { accessSamples } from './samples-access.js';
import { pluginSamples } from './samples-plugins.js';
import { pluginUseSamples, pluginUseVariants } from './samples-plugin-use.js';
import { protectionSamples, protectionVariants } from './samples-protection.js';
import { registrySamples } from './samples-registry.js';
import { systemSamples } from './samples-system.js';
import { webhookSamples } from './samples-webhooks.js';
import type { Sample } from './world.js';

/** A row for every route of the program, by `METHOD /path`. */
export const samples: Readonly<Record<string, Sample>> = {
  ...systemSamples,
  ...accessSamples,
  ...registrySamples,
  ...protectionSamples,
  ...webhookSamples,
  ...pluginSamples,
  ...pluginUseSamples,
};

/** Rows for what a route asks for in certain cases, by `METHOD /path with something`. */
export const variants: Readonly<Record<string, Sample>> = {
  ...protectionVariants,
  ...pluginUseVariants,
};
