import type { Setting } from './setting.js';
import { settings } from './settings.js';

/** The text of `.env.example`: every setting with its meaning, set to its default or left out. */
export function envExample(): string {
  const entries = (Object.values(settings) as Setting<unknown>[]).map(describe);
  return `# Every setting of the server. Made by \`npm run generate\`; a test compares it.\n\n${entries.join('\n\n')}\n`;
}

function describe({ name, meaning, secret, fallback }: Setting<unknown>): string {
  const file = secret ? [`# Or ${name}_FILE=PATH, to keep it out of the environment.`] : [];
  return [`# ${meaning}`, ...file, `# ${name}=${fallback ?? ''}`].join('\n');
}
