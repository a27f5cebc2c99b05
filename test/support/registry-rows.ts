import type { RawDatabase, RawRow } from './raw-database.js';

const at = 1_790_000_000_000;

const by = (...prefixes: readonly string[]): RawRow =>
  Object.fromEntries(
    prefixes.flatMap((prefix) => [
      [`${prefix}_kind`, 'user'],
      [`${prefix}_id`, 'user-1'],
      [`${prefix}_name`, 'Zoë'],
    ]),
  );

/**
 * Some rows in every table that other rows depend on, and more than one in every table whose rows
 * never change, written without the program.
 */
export async function fillRegistry(raw: RawDatabase): Promise<void> {
  await raw.insert('users', {
    id: 'user-1',
    username: 'zoë',
    password_hash: 'none',
    instance_admin: true,
    must_change_password: false,
    created_at: at,
    updated_at: at,
  });
  await raw.insert('projects', ...['project-1', 'project-2'].map(project));
  await raw.insert('members', {
    project_id: 'project-1',
    user_id: 'user-1',
    role: 'admin',
    created_at: at,
    updated_at: at,
  });
  await raw.insert('prompts', prompt('prompt-1', 'project-1'), prompt('prompt-2', 'project-2'));
  await raw.insert(
    'versions',
    version('version-1', 'prompt-1', 1),
    version('version-2', 'prompt-1', 2),
    version('version-3', 'prompt-2', 1),
  );
  await raw.insert('version_states', { version_id: 'version-1' });
  await raw.insert('label_moves', labelMove('move-1', 1), labelMove('move-2', 2));
  await raw.insert('labels', {
    prompt_id: 'prompt-1',
    name: 'production',
    version_id: 'version-2',
    move_id: 'move-2',
  });
  await raw.insert('promotions', {
    id: 'promotion-1',
    project_id: 'project-1',
    status: 'pending',
    reason: 'Friendlier.',
    required_approvals: 1,
    requested_as: 'developer',
    requested_at: at,
    ...by('requested_by'),
  });
  await raw.insert('promotion_moves', {
    promotion_id: 'promotion-1',
    prompt_id: 'prompt-1',
    label: 'production',
    from_version: '1.2.0',
    to_version: '1.1.0',
  });
  await raw.insert('signing_keys', signingKey('key-1'), signingKey('key-2'));
  await raw.insert('audit_log', auditEntry(1), auditEntry(2));
  await raw.insert('audit_checkpoints', auditCheckpoint(1), auditCheckpoint(2));
  await raw.insert('audit_head', { name: 'log', sequence: 2, hash: 'hash-2' });
}

const project = (id: string): RawRow => ({
  id,
  name: id,
  created_at: at,
  updated_at: at,
  ...by('created_by'),
});

const prompt = (id: string, projectId: string): RawRow => ({
  id,
  project_id: projectId,
  name: `support/${id}`,
  search_text: id,
  version_count: 2,
  created_at: at,
  updated_at: at,
  ...by('created_by', 'updated_by'),
});

const version = (id: string, promptId: string, ordinal: number): RawRow => ({
  id,
  project_id: promptId.replace('prompt', 'project'),
  prompt_id: promptId,
  ordinal,
  version: `1.${ordinal}.0`,
  semver_sort: `1.${ordinal}.0`,
  prerelease: false,
  format: 1,
  kind: 'text',
  content: `{"kind":"text","text":"Grüße {{name}} ${ordinal}"}`,
  content_bytes: 40,
  lock: '[]',
  digest: `sha256:${'a'.repeat(64)}`,
  changelog: 'Friendlier.',
  created_at: at,
  key_id: 'key-1',
  signature: 'signature',
  ...by('created_by'),
});

const labelMove = (id: string, move: number): RawRow => ({
  id,
  project_id: 'project-1',
  prompt_id: 'prompt-1',
  label: 'production',
  move,
  to_version_id: `version-${move}`,
  to_version: `1.${move}.0`,
  moved_at: at,
  ...by('moved_by'),
});

const auditEntry = (sequence: number): RawRow => ({
  sequence,
  project_id: 'project-1',
  revision: sequence,
  position: 0,
  type: 'prompt.version.published',
  at,
  request_id: 'request-1',
  subject_type: 'version',
  subject_id: `version-${sequence}`,
  subject_name: `support/prompt-1@1.${sequence}.0`,
  data: '{}',
  previous_hash: `hash-${sequence - 1}`,
  hash: `hash-${sequence}`,
  ...by('actor'),
});

const auditCheckpoint = (sequence: number): RawRow => ({
  sequence,
  hash: `hash-${sequence}`,
  at,
  key_id: 'key-1',
  signature: `signature-${sequence}`,
});

const signingKey = (keyId: string): RawRow => ({
  key_id: keyId,
  purpose: 'version',
  public_key: `public-${keyId}`,
  first_used_at: at,
});
