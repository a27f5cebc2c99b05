import { databaseUnderTest, type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import { accepted, changed, columnsOf, RawAttack, refusal } from '../support/raw-attack.js';
import { literal, RawDatabase } from '../support/raw-database.js';

const permit = `INSERT INTO purges (version_id, reason, purged_at, purged_by_kind, purged_by_name)
                VALUES ('version-1', 'a leaked secret', 1, 'user', 'Zoë')`;

const update = (set: string, id = 'version-1') => `UPDATE versions SET ${set} WHERE id = '${id}'`;
const blank = update("content = ''");

let fresh: FreshDatabase;
let attack: RawAttack;

beforeEach(async () => {
  fresh = await freshDatabase();
  attack = await RawAttack.on(fresh);
});

afterEach(async () => {
  await attack.raw.close();
  await fresh.drop();
});

it('empties the content of the version that the permit names, and changes nothing else', async () => {
  const before = await attack.rows();
  const { outcome, rows } = await attack.attempt(permit, blank);
  expect(outcome).toBe(accepted);
  const [purged, ...others] = before.versions;
  expect(rows).toStrictEqual({ ...before, versions: [{ ...purged, content: '' }, ...others] });
});

it('is not done by the permit alone', async () => {
  const before = await attack.rows();
  const { outcome, rows } = await attack.attempt(permit);
  expect(outcome).toBe(accepted);
  expect(rows).toStrictEqual(before);
});

it('needs a permit for this version', async () => {
  await attack.expectRefused([blank], refusal);
  await attack.expectRefused([update("content = ''", 'version-2')], refusal, permit);
});

it('leaves no other content than none', async () => {
  // DIALECT: MySQL takes two spaces for equal to no text.
  const contents = ["content = 'x'", "content = '  '", 'content = digest'];
  await attack.expectRefused(
    contents.map((set) => update(set)),
    refusal,
    permit,
  );
});

it('changes no other column at the same time', async () => {
  const first = (await attack.rows()).versions[0]!;
  const others = columnsOf(first).filter((name) => name !== 'content');
  const changes = [
    ...others.map((name) => `${attack.raw.quote(name)} = ${literal(changed(first[name]!))}`),
    // DIALECT: MySQL takes these for equal to what is there.
    ...['changelog', 'key_id', 'signature'].map((name) => `${name} = CONCAT(${name}, ' ')`),
    ...(fresh.dialect === 'sqlite' ? ['rowid = 2'] : []),
  ];
  const prefixes = fresh.dialect === 'sqlite' ? ['UPDATE', 'UPDATE OR REPLACE'] : ['UPDATE'];
  const statements = changes.flatMap((change) =>
    prefixes.map((verb) => update(`content = '', ${change}`).replace('UPDATE', verb)),
  );
  await attack.expectRefused(statements, refusal, permit);
});

it('stays on record: who purged what, and why, is neither changed nor deleted', async () => {
  const statements = [
    "UPDATE purges SET reason = 'another reason'",
    "UPDATE purges SET version_id = 'version-2'",
    'DELETE FROM purges',
  ];
  await attack.expectRefused(statements, /rows of purges never change/, permit);
});

it('does not permit the row to be deleted', async () => {
  await attack.expectRefused(['DELETE FROM versions'], refusal, permit);
});

// DIALECT: MySQL lets a session hide a table from a trigger; there, the account must not be able to.
if (databaseUnderTest() !== 'mysql') {
  it('is not permitted by a table of the session that has the name of the real one', async () => {
    const hiding = "CREATE TEMPORARY TABLE purges AS SELECT 'version-1' AS version_id";
    await attack.expectRefused([blank], refusal, hiding);
  });
}

if (databaseUnderTest() === 'postgres') {
  it('is not permitted by an operator of the session that stands for equality', async () => {
    const statements = [
      'CREATE SCHEMA mine',
      `CREATE FUNCTION mine.always(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true'`,
      `CREATE OPERATOR mine.= (LEFTARG = text, RIGHTARG = text, FUNCTION = mine.always)`,
      'SET LOCAL search_path = mine, pg_catalog, public',
      permit.replace('version-1', 'version-2'),
    ];
    await attack.expectRefused([blank], refusal, ...statements);
  });
}

if (databaseUnderTest() !== 'sqlite') {
  describe('through an account that may only read and write rows', () => {
    let account: RawAttack;

    beforeEach(async () => {
      account = await attack.as(await accountForRows());
    });

    afterEach(() => account.raw.close());

    it('is possible', async () => {
      expect((await account.attempt(permit, blank)).outcome).toBe(accepted);
    });

    it('is all that is possible', async () => {
      if (fresh.dialect === 'mysql') await account.raw.run('SET foreign_key_checks = 0');
      const before = await account.rows();
      const statements = {
        sqlite: [],
        postgres: [
          'TRUNCATE versions CASCADE',
          'ALTER TABLE versions DISABLE TRIGGER ALL',
          'DROP TRIGGER tr_versions_update ON versions',
          'SET session_replication_role = replica',
        ],
        mysql: [
          'TRUNCATE TABLE versions',
          'DROP TRIGGER tr_versions_update',
          'CREATE TEMPORARY TABLE purges (version_id int)',
        ],
      };
      for (const statement of statements[fresh.dialect]) {
        await expect(account.raw.run(statement)).rejects.toThrow(/denied|owner/);
      }
      expect(await account.rows()).toStrictEqual(before);
    });
  });
}

/** The URL of a new account with the privileges that the program needs once its schema is there. */
async function accountForRows(): Promise<string> {
  const url = new URL(fresh.url);
  const name = `rows_${url.pathname.slice('/promptd_'.length)}`;
  url.username = fresh.dialect === 'mysql' ? 'root' : 'admin';
  const owner = await RawDatabase.open({ dialect: fresh.dialect, url: url.href });
  const statements = {
    sqlite: [],
    postgres: [
      `CREATE ROLE ${name} LOGIN`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${name}`,
    ],
    mysql: [
      `CREATE USER ${name}@'127.0.0.1'`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ${url.pathname.slice(1)}.* TO ${name}@'127.0.0.1'`,
    ],
  };
  for (const statement of statements[fresh.dialect]) await owner.run(statement);
  await owner.close();
  url.username = name;
  return url.href;
}
