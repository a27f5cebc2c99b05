import { IsIn } from 'class-validator';
import { type Role, roles } from '../../platform/authorization/index.js';
import { isoTime } from '../../platform/time/index.js';
import type { Member } from './member.js';

export class PutMemberRequest {
  @IsIn(roles, { message: `must be one of ${roles.join(', ')}` })
  role: Role;
}

export class MemberResponse {
  userId: string;
  username: string;
  role: Role;
  createdAt: string;
  updatedAt: string;
}

export class MemberPageResponse {
  items: MemberResponse[];
  nextCursor: string | null;
  total?: number;
}

export function memberResponse(member: Member): MemberResponse {
  const { userId, username, role, createdAtMs, updatedAtMs } = member;
  return {
    userId,
    username,
    role,
    createdAt: isoTime(createdAtMs),
    updatedAt: isoTime(updatedAtMs),
  };
}
