import type { VetoEvent } from './manifest.js';

export interface ShippedPlugin {
  readonly treeDigest: string;
  /** What may not happen while it is enabled and does not serve, wherever its folder is. */
  readonly guards: readonly VetoEvent[];
}

/**
 * The plugins that come with the program, by name, with the digests of their trees: the build vouches
 * for them, since no private key belongs into a repository. Made by `npm run plugins:pin`; a test
 * compares it with `plugins/`.
 */
export const shippedPlugins: Readonly<Record<string, ShippedPlugin>> = {
  'efficiency-analyzer': {
    treeDigest: 'sha256:6532e4befea1082e7c9db36b54f4aada166a862491d937e4e5fac925e7b6ebd4',
    guards: [],
  },
  hello: {
    treeDigest: 'sha256:1133938f05efaeae4e5b4c4ff0e24a8ff64bb408b4f391087bb26346154fcdef',
    guards: [],
  },
  'policy-guard': {
    treeDigest: 'sha256:03325c0c08abbc6839253a43cd578d354b486216a8b17c10618b8b924107a7ff',
    guards: ['version.beforePublish'],
  },
};
