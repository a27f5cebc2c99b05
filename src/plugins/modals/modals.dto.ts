import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsObject, IsString, Max, MaxLength, Min } from 'class-validator';
import { FreeJson } from '../../platform/http/index.js';
import { isoTime } from '../../platform/time/index.js';
import type { Control } from '../package/control.js';
import { anyJson, controlList } from '../package/control.openapi.js';
import type { OwnSession } from './modal-access.js';
import type { ModalSession, ModalStatus } from './modal-session.js';

const largestVersion = 2 ** 31 - 1;

export class OpenModalRequest {
  /** The name of the modal, as the manifest of the plugin has it. */
  @IsString()
  @MaxLength(64)
  modal: string;

  /** The name of the project that the session is in. */
  @IsString()
  @MaxLength(100)
  project: string;
}

export class PutModalValuesRequest {
  /** `version` of the session as it was read. */
  @IsInt()
  @Min(0)
  @Max(largestVersion)
  expectedVersion: number;

  /** Values of controls that take one, by their names. */
  @IsObject()
  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'boolean' }] },
  })
  values: Record<string, unknown>;
}

export class ModalActionRequest {
  /** `version` of the session as it was read. */
  @IsInt()
  @Min(0)
  @Max(largestVersion)
  expectedVersion: number;

  /** What the action takes. By default the values of the controls, by their names. */
  @FreeJson({ ...anyJson, required: false })
  input?: unknown;
}

export class ModalSessionSummaryResponse {
  id: string;
  plugin: string;
  modal: string;
  /** `opening` until the plugin has shown something; `done` and `replaced` have ended. */
  @ApiProperty({ enum: ['opening', 'open', 'done', 'replaced'] })
  status: ModalStatus;
  /** Counts the changes of the session. */
  version: number;
  createdAt: string;
  updatedAt: string;
  /** When it ends unless something happens before. */
  idleAt: string;
  /** When it ends whatever happens. */
  expiresAt: string;
}

export class ModalSessionResponse extends ModalSessionSummaryResponse {
  project: string;
  /** What the plugin keeps of the session. */
  @ApiProperty(anyJson)
  state: unknown;
  /** What to show, in this order. */
  @ApiProperty(controlList)
  controls: readonly Control[];
}

export class ModalSessionPageResponse {
  items: ModalSessionSummaryResponse[];
  nextCursor: string | null;
  total?: number;
}

export function summaryResponse(session: ModalSession): ModalSessionSummaryResponse {
  return fieldsOf(session);
}

function fieldsOf(session: ModalSession) {
  const { id, plugin, modal, status, version } = session;
  return {
    ...{ id, plugin, modal, status, version },
    createdAt: isoTime(session.createdAtMs),
    updatedAt: isoTime(session.updatedAtMs),
    idleAt: isoTime(session.idleAtMs),
    expiresAt: isoTime(session.expiresAtMs),
  };
}

export function sessionResponse({ session, project }: OwnSession): ModalSessionResponse {
  const { state, controls } = session;
  return { ...fieldsOf(session), project: project.name, state, controls };
}
