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
    treeDigest: 'sha256:ad2c86ab4de246d52c07bf67e082abfebfe07c2762cf54fa5bc9fe654130b700',
    guards: [],
  },
  hello: {
    treeDigest: 'sha256:bf151d6de317fdf79e9996ecc3b765f9c7a677e9ec46697304771309dcf6e710',
    guards: [],
  },
  'policy-guard': {
    treeDigest: 'sha256:76fc272927b7ab97afe9334b9eb6fbc8176fa31b79609e8ae177f931ed6a698d',
    guards: ['version.beforePublish'],
  },
};
