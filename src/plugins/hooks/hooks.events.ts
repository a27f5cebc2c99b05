import type { Principal, ProjectRef } from '../../platform/authorization/index.js';
import type { NewEvent } from '../../platform/events/index.js';

interface Denial {
  readonly plugin: string;
  readonly hook: string;
  readonly principal: Principal['kind'];
  /** What the plugin was asked about. */
  readonly question: Readonly<Record<string, unknown>>;
}

/**
 * A plugin did not let something happen. SECURITY: says what was refused and to whom, never the plugin's
 * reason nor what it judged: both may hold content, which the trail must not keep.
 */
export function deniedByPlugin(
  { id: projectId }: ProjectRef,
  { plugin, hook, principal, question }: Denial,
): NewEvent {
  const { prompt, label, version, to } = question;
  return {
    type: 'plugin.denied',
    projectId,
    subject: { type: 'plugin', id: plugin, name: plugin },
    data: {
      ...{ hook, principal },
      ...(typeof prompt === 'string' && { prompt }),
      ...(typeof label === 'string' && { label }),
      version: [version, to].find((one) => typeof one === 'string') ?? null,
    },
  };
}
