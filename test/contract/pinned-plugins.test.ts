import { join } from 'node:path';
import { pinsOfFolder } from '../../src/plugins/package/pins-of-folder.js';
import { shippedPlugins } from '../../src/plugins/package/shipped-plugins.js';

const plugins = join(import.meta.dirname, '..', '..', 'plugins');

// They run without a signature, so whoever changes one has to say so: npm run plugins:pin.
it('the plugins that are shipped are those that the program vouches for', async () => {
  expect(shippedPlugins).toEqual(await pinsOfFolder(plugins));
});
