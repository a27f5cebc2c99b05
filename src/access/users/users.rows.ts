import { ascii, boolean, defineRows, id, text, time } from '../../platform/database/index.js';

export interface UserRow {
  id: string;
  username: string;
  email: string | null;
  passwordHash: string;
  instanceAdmin: boolean;
  mustChangePassword: boolean;
  createdAt: number;
  updatedAt: number;
  deactivatedAt: number | null;
}

export const userRows = defineRows<UserRow>('users', {
  columns: {
    id: id({ primary: true }),
    username: text(64),
    email: text(254, { nullable: true }),
    passwordHash: ascii(255),
    instanceAdmin: boolean(),
    mustChangePassword: boolean(),
    createdAt: time(),
    updatedAt: time(),
    deactivatedAt: time({ nullable: true }),
  },
  uniques: { uq_users_username: ['username'] },
});
