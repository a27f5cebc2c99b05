import { ascii, defineRows, id, text, time } from '../../platform/database/index.js';

export interface SessionRow {
  id: string;
  userId: string;
  createdAt: number;
  lastUsedAt: number;
  expiresAt: number;
  endedAt: number | null;
  endReason: string | null;
  ip: string | null;
  userAgent: string | null;
}

export const sessionRows = defineRows<SessionRow>('sessions', {
  columns: {
    id: id({ primary: true }),
    userId: id(),
    createdAt: time(),
    lastUsedAt: time(),
    expiresAt: time(),
    endedAt: time({ nullable: true }),
    endReason: ascii(32, { nullable: true }),
    ip: ascii(45, { nullable: true }),
    userAgent: text(255, { nullable: true }),
  },
  indexes: { ix_sessions_user: ['userId'] },
  foreignKeys: [{ name: 'fk_sessions_user', columns: ['userId'], references: 'users', on: ['id'] }],
});

export interface RefreshTokenRow {
  id: string;
  sessionId: string;
  tokenHash: string;
  createdAt: number;
  expiresAt: number;
  usedAt: number | null;
}

export const refreshTokenRows = defineRows<RefreshTokenRow>('refresh_tokens', {
  columns: {
    id: id({ primary: true }),
    sessionId: id(),
    tokenHash: ascii(64),
    createdAt: time(),
    expiresAt: time(),
    usedAt: time({ nullable: true }),
  },
  uniques: { uq_refresh_tokens_hash: ['tokenHash'] },
  indexes: { ix_refresh_tokens_session: ['sessionId'] },
  foreignKeys: [
    {
      name: 'fk_refresh_tokens_session',
      columns: ['sessionId'],
      references: 'sessions',
      on: ['id'],
    },
  ],
});
