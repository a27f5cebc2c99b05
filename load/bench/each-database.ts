import { databases } from '../../test/support/databases-under-test.js';
import { type Database, missing } from '../server/databases.js';
import { type Finding, notMeasurable, type Subject } from './verdict.js';

/** Measures on every database that is installed; one line says which is not. */
export async function eachDatabase(
  subject: Omit<Subject, 'what'>,
  among: readonly Database[],
  measure: (database: Database, subject: Subject) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const database of databases.filter((name) => among.includes(name))) {
    const named = { ...subject, what: database };
    const why = missing(database);
    if (why !== undefined) findings.push(notMeasurable(named, why));
    else findings.push(...(await measure(database, named)));
  }
  return findings;
}
