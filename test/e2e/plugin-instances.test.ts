import { databaseUnderTest } from '../support/fresh-database.js';
import { TwoInstances } from '../support/plugins/two-instances.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const name = 'acme.shared';

// SQLite refuses a second process.
const onServers = databaseUnderTest() === 'sqlite' ? describe.skip : describe;

onServers('two instances with one folder of plugins', () => {
  let two: TwoInstances;

  beforeEach(async () => {
    two = await TwoInstances.start();
    await two.serve({ name });
  });
  afterEach(() => two.end());

  it('both stop what a revoked key signed, and start it no more', async () => {
    await two.admin.send('DELETE', `/v1/plugin-signers/${two.key.keyId}`);
    await two.everywhere(name, { state: 'rejected', reason: 'revoked' });
  });

  it('both stop what lost its approval', async () => {
    await two.admin.send('DELETE', `/v1/plugins/${name}`);
    await two.everywhere(name, { state: 'pending-approval' });
  });

  it('both turn a plugin off and on, whichever is asked', async () => {
    await two.at(1).send('POST', `/v1/plugins/${name}/-/disable`);
    await two.everywhere(name, { state: 'disabled' });
    await two.act(name, 'enable');
    await two.everywhere(name, { state: 'active' });
  });

  it('both take up a release that one was told to', async () => {
    const treeDigest = await two.put({ name, releaseSeq: 2 });
    const path = `/v1/plugins/${name}/-/approve`;
    expect(await two.at(1).send('POST', path, { treeDigest })).toMatchObject({ status: 200 });
    await two.everywhere(name, { state: 'active', treeDigest });
  });

  it('leave no runner behind when they are stopped', async () => {
    const ends = await Promise.all(two.programs.map(({ stop }) => stop()));
    expect(ends).toMatchObject([{ code: 0 }, { code: 0 }]);
  });
});
