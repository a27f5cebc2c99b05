import type { MigrationList } from '../src/platform/database/index.js';
import { CreateEvents1780000000000 } from './1780000000000-create-events.js';
import { CreateAudit1780000001000 } from './1780000001000-create-audit.js';
import { CreateAccess1780000002000 } from './1780000002000-create-access.js';
import { CreateRegistry1780000003000 } from './1780000003000-create-registry.js';
import { KeepGroundsOfLabelMoves1780000004000 } from './1780000004000-keep-grounds-of-label-moves.js';
import { RotateApiKeys1780000013000 } from './1780000013000-rotate-api-keys.js';

/** Every migration, oldest first: one list for all databases. */
export const migrations: MigrationList = [
  CreateEvents1780000000000,
  CreateAudit1780000001000,
  CreateAccess1780000002000,
  CreateRegistry1780000003000,
  KeepGroundsOfLabelMoves1780000004000,
  RotateApiKeys1780000013000,
];
