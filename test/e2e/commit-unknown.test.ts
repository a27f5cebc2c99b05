import { Clock } from '../../src/platform/time/index.js';
import { databaseUnderTest } from '../support/fresh-database.js';
import { uniqueName } from '../support/prompt-workspace.js';
import { type WiredApplication, wiredApplication } from '../support/wired-application.js';

// SQLite is a file: its answer cannot get lost.
const onServers = databaseUnderTest() === 'sqlite' ? describe.skip : describe;

onServers('a publish whose COMMIT is done and whose answer is lost', () => {
  let wired: WiredApplication;
  let versions: string;
  beforeAll(async () => {
    wired = await wiredApplication();
    await wired.admin.send('POST', '/v1/projects', { name: 'p' });
  });
  beforeEach(() => {
    versions = `/v1/projects/p/prompts/${uniqueName('prompt')}/versions`;
  });
  afterAll(async () => {
    await wired.close();
  });

  const unavailable = { status: 503, body: { code: 'database-unavailable' } };
  const publishedVersions = async () => {
    const { body } = await wired.admin.send('GET', versions);
    return (body.items as readonly { version: string }[]).map(({ version }) => version);
  };
  const withLostAnswer = async (
    publish: () => ReturnType<typeof wired.admin.send>,
    text: string,
  ) => {
    const lost = wired.wire.loseAnswer(text, 'COMMIT');
    const answer = await publish();
    await lost;
    return answer;
  };

  it('is answered with 503, and the same number again finds it done', async () => {
    const text = uniqueName('text');
    const publish = () =>
      wired.admin.send('POST', versions, { content: { kind: 'text', text }, version: '1.2.0' });

    expect(await withLostAnswer(publish, text)).toMatchObject(unavailable);
    expect(await publish()).toMatchObject({ status: 200, body: { version: '1.2.0' } });
    expect(await publishedVersions()).toEqual(['1.2.0']);
  });

  it('is answered with 503, and the same Idempotency-Key does not do it again', async () => {
    const text = uniqueName('text');
    const headers = { 'Idempotency-Key': uniqueName('key') };
    const publish = () =>
      wired.admin.send(
        'POST',
        versions,
        { content: { kind: 'text', text }, bump: 'auto' },
        headers,
      );

    expect(await withLostAnswer(publish, text)).toMatchObject(unavailable);
    const inProgress = { status: 409, body: { code: 'idempotency-in-progress' } };
    expect(await publish()).toMatchObject(inProgress);
    const later = Date.now() + 61_000;
    const clock = jest.spyOn(wired.app.application.nest.get(Clock), 'nowMs').mockReturnValue(later);
    const lost = await publish();
    clock.mockRestore();
    expect(lost).toMatchObject({ status: 409, body: { code: 'idempotency-answer-lost' } });
    expect(await publishedVersions()).toEqual(['1.0.0']);
  });
});
