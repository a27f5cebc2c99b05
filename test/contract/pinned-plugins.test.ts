import { join } from 'node:path';
import { digestsOfFolder } from '../../src/plugins/package/digests-of-folder.js';
import { shippedPlugins } from '../../src/plugins/package/shipped-plugins.js';

const plugins = join(import.meta.dirname, '..', '..', 'plugins');

// They run without a signature, so whoever changes one has to say so: npm run plugins:pin.
it('the plugins that are shipped are those whose digests the program holds', async () => {
  expect(shippedPlugins).toEqual(await digestsOfFolder(plugins));
});
