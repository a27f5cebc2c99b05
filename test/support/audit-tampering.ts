import type { AuditEntry } from '../../src/audit/index.js';
import { hashOf } from '../../src/audit/audit-entry.js';
import type { Database } from './databases-under-test.js';
import { RawDatabase, type RawRow } from './raw-database.js';

/** Parents first. */
const tables = [
  'audit_log',
  'audit_head',
  'audit_cursors',
  'audit_checkpoints',
  'audit_checkpoint_exports',
] as const;

/** Somebody who owns the schema, has dropped the triggers, and changes the trail by hand. */
export class AuditTampering {
  private original: readonly (readonly RawRow[])[] = [];

  private constructor(readonly raw: RawDatabase) {}

  static async begin(address: { dialect: Database; url: string }): Promise<AuditTampering> {
    const raw = await RawDatabase.open(address);
    for (const table of ['audit_log', 'audit_checkpoints']) {
      for (const action of ['insert', 'update', 'delete', 'truncate']) {
        const where = address.dialect === 'postgres' ? ` ON ${table}` : '';
        await raw.run(`DROP TRIGGER IF EXISTS tr_${table}_${action}${where}`);
      }
    }
    return new AuditTampering(raw);
  }

  /** Remembers the trail as it is. */
  async remember(): Promise<void> {
    const rows: (readonly RawRow[])[] = [];
    for (const table of tables) rows.push(await this.raw.run(`SELECT * FROM ${table}`));
    this.original = rows;
  }

  /** Brings back what was remembered. */
  async undo(): Promise<void> {
    await this.raw.run('BEGIN');
    for (const table of tables.toReversed()) await this.raw.run(`DELETE FROM ${table}`);
    for (const [index, table] of tables.entries()) {
      await this.raw.insert(table, ...(this.original[index] ?? []));
    }
    await this.raw.run('COMMIT');
  }

  async run(...statements: readonly string[]): Promise<void> {
    for (const statement of statements) await this.raw.run(statement);
  }

  /** Cuts off every entry after this one, and moves the head so that nothing shows. */
  async truncateAfter({ sequence, hash }: AuditEntry): Promise<void> {
    await this.run(
      `UPDATE audit_head SET sequence = ${sequence}, hash = '${hash}'`,
      `DELETE FROM audit_log WHERE sequence > ${sequence}`,
    );
  }

  /** Deletes the checkpoints of the entries that were cut off. */
  async deleteCheckpointsAfter({ sequence }: AuditEntry): Promise<void> {
    await this.run(
      'DELETE FROM audit_checkpoint_exports',
      `DELETE FROM audit_checkpoints WHERE sequence > ${sequence}`,
    );
  }

  /** Changes an entry and makes the hashes of all that follow anew, so that the chain has no flaw. */
  async rewrite(trail: readonly AuditEntry[], sequence: number): Promise<void> {
    let previousHash = trail[sequence - 1]!.previousHash;
    for (const { hash: _, ...facts } of trail.slice(sequence - 1)) {
      const requestId = facts.sequence === sequence ? 'forged' : facts.requestId;
      const hash = hashOf({ ...facts, requestId, previousHash });
      await this.run(
        `UPDATE audit_log SET request_id = '${requestId}', previous_hash = '${previousHash}',
           hash = '${hash}' WHERE sequence = ${facts.sequence}`,
      );
      previousHash = hash;
    }
    await this.run(`UPDATE audit_head SET hash = '${previousHash}'`);
  }
}
