/**
 * The plugins that come with the program, by name, with the digests of their trees: the build vouches
 * for them, since no private key belongs into a repository. Made by `npm run plugins:pin`; a test
 * compares it with `plugins/`.
 */
export const shippedPlugins: Readonly<Record<string, string>> = {};
