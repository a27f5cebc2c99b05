import { ascii, defineRows, text, time } from '../../../platform/database/index.js';

export interface SwitchRow {
  name: string;
  state: string;
  reason: string | null;
  changedAt: number;
  changedByKind: string;
  changedById: string | null;
  changedByName: string;
}

export const switchRows = defineRows<SwitchRow>('plugin_switches', {
  columns: {
    name: ascii(64, { primary: true }),
    state: ascii(16),
    reason: text(500, { nullable: true }),
    changedAt: time(),
    changedByKind: ascii(16),
    changedById: ascii(36, { nullable: true }),
    changedByName: text(255),
  },
});
