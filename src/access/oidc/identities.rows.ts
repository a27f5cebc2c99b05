import { ascii, defineRows, id, time } from '../../platform/database/index.js';

export interface IdentityRow {
  id: string;
  userId: string;
  issuer: string;
  subject: string;
  createdAt: number;
}

export const identityRows = defineRows<IdentityRow>('identities', {
  columns: {
    id: id({ primary: true }),
    userId: id(),
    issuer: ascii(255),
    subject: ascii(255),
    createdAt: time(),
  },
  uniques: { uq_identities_subject: ['issuer', 'subject'] },
  indexes: { ix_identities_user: ['userId'] },
  foreignKeys: [
    { name: 'fk_identities_user', columns: ['userId'], references: 'users', on: ['id'] },
  ],
});
