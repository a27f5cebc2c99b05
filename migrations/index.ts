import type { MigrationList } from '../src/platform/database/index.js';
import { CreateEvents1780000000000 } from './1780000000000-create-events.js';
import { CreateAudit1780000001000 } from './1780000001000-create-audit.js';
import { CreateAccess1780000002000 } from './1780000002000-create-access.js';
import { CreateRegistry1780000003000 } from './1780000003000-create-registry.js';
import { KeepGroundsOfLabelMoves1780000004000 } from './1780000004000-keep-grounds-of-label-moves.js';
import { CreateAuditCheckpoints1780000005000 } from './1780000005000-create-audit-checkpoints.js';
import { CreateSigningKeys1780000006000 } from './1780000006000-create-signing-keys.js';
import { CreateSecrets1780000007000 } from './1780000007000-create-secrets.js';
import { CreateIdempotency1780000008000 } from './1780000008000-create-idempotency.js';
import { CreateRateLimits1780000009000 } from './1780000009000-create-rate-limits.js';
import { CreateLabelProtection1780000010000 } from './1780000010000-create-label-protection.js';
import { CreateIdentities1780000012000 } from './1780000012000-create-identities.js';
import { RotateApiKeys1780000013000 } from './1780000013000-rotate-api-keys.js';
import { CreateWebhooks1780000014000 } from './1780000014000-create-webhooks.js';
import { CreatePluginTrust1780000015000 } from './1780000015000-create-plugin-trust.js';
import { CreatePluginSwitches1780000016000 } from './1780000016000-create-plugin-switches.js';
import { CreatePluginState1780000017000 } from './1780000017000-create-plugin-state.js';
import { CreatePluginModals1780000018000 } from './1780000018000-create-plugin-modals.js';
import { IndexSearchTexts1780000019000 } from './1780000019000-index-search-texts.js';
import { KeepGuardsOfApprovals1780000020000 } from './1780000020000-keep-guards-of-approvals.js';

/** Every migration, oldest first: one list for all databases. */
export const migrations: MigrationList = [
  CreateEvents1780000000000,
  CreateAudit1780000001000,
  CreateAccess1780000002000,
  CreateRegistry1780000003000,
  KeepGroundsOfLabelMoves1780000004000,
  CreateAuditCheckpoints1780000005000,
  CreateSigningKeys1780000006000,
  CreateSecrets1780000007000,
  CreateIdempotency1780000008000,
  CreateRateLimits1780000009000,
  CreateLabelProtection1780000010000,
  CreateIdentities1780000012000,
  RotateApiKeys1780000013000,
  CreateWebhooks1780000014000,
  CreatePluginTrust1780000015000,
  CreatePluginSwitches1780000016000,
  CreatePluginState1780000017000,
  CreatePluginModals1780000018000,
  IndexSearchTexts1780000019000,
  KeepGuardsOfApprovals1780000020000,
];
