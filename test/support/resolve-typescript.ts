import { registerHooks } from 'node:module';

/*
 * Sources import each other as `./x.js`, the file that exists once built. Jest maps that name to
 * `x.ts` inside tests, but not in global setup, which Node resolves; this does the same there.
 */
registerHooks({
  resolve(specifier, context, nextResolve) {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      if (!/^\.{1,2}\/.*\.js$/.test(specifier)) throw error;
      return nextResolve(specifier.replace(/\.js$/, '.ts'), context);
    }
  },
});
