import { createLogger } from './logger.js';

/** The entries that a logger of this level writes. */
function entriesOf(
  level: string,
  write: (logger: ReturnType<typeof createLogger>) => void,
): readonly Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLogger(level, { write: (line) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const secret = 'hunter2-never-to-be-seen';

const names = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'currentPassword',
  'newPassword',
  'refreshToken',
  'accessToken',
  'token',
  'key',
  'secret',
];

it('writes one line of JSON with the level by name and the time in UTC', () => {
  const [entry, ...others] = entriesOf('info', (logger) => {
    logger.info({ url: 'http://127.0.0.1' }, 'listening');
  });
  expect(others).toEqual([]);
  expect(entry).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    url: 'http://127.0.0.1',
    msg: 'listening',
  });
});

it('leaves out what is less severe than its level', () => {
  const entries = entriesOf('warn', (logger) => {
    logger.info('no');
    logger.warn('yes');
    logger.error('yes');
  });
  expect(entries.map(({ level }) => level)).toEqual(['warn', 'error']);
});

it.each(names)('never shows what is called %s, down to the second level', (name) => {
  const line = JSON.stringify(
    entriesOf('info', (logger) => {
      const holder = { [name]: secret, kept: 'shown' };
      logger.info(holder);
      logger.info({ body: holder });
      logger.info({ req: { headers: holder } });
      logger.child({ session: holder }).info('a child');
    }),
  );
  expect(line).not.toContain(secret);
  expect(line.match(/\[redacted\]/g)).toHaveLength(4);
  expect(line.match(/shown/g)).toHaveLength(4);
});
