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
    treeDigest: 'sha256:c681f00e796d8a2a2ec3763ef48ae34990889859dc7ae7d4e0be5b0970afad01',
    guards: [],
  },
  hello: {
    treeDigest: 'sha256:6c2458bc9d6dcb10069c5bf8cd643b0c0bfdde4ec26786602029e43e0c91beb4',
    guards: [],
  },
  'policy-guard': {
    treeDigest: 'sha256:d962f04d673dcf7cf42de80b2418d3ff6478abc6ce165dfa6456ea9c1fd33df6',
    guards: ['version.beforePublish'],
  },
};
