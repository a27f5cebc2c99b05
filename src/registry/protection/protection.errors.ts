import { defineProblem } from '../../platform/errors/index.js';
import { isoTimeOrNull } from '../../platform/time/index.js';
import type { LabelPolicy } from './label-policy.js';
import type { ProtectionVerdict } from './protection-verdict.js';

export const labelProtected = defineProblem('label-protected', {
  status: 403,
  title: 'The policy of the label does not let the caller move it so',
});
export const soakIncomplete = defineProblem('soak-incomplete', {
  status: 409,
  title: 'The version has not been under another label for long enough',
});
/** RFC 6585, 3. */
export const expectedVersionRequired = defineProblem('expected-version-required', {
  status: 428,
  title: 'The policy of the label asks a move to say what the label points to now',
});

export const protectedFrom = (project: string, { label, movers, approvals }: LabelPolicy) =>
  labelProtected(
    approvals === 0
      ? `The label ${label} is protected: it is moved by ${namesOf(movers)}.`
      : `The label ${label} is protected: it moves with ${countOf(approvals)}. ` +
          `A promotion is asked for by ${namesOf(movers)} at /v1/projects/${project}/promotions.`,
    { members: { label, movers, approvals } },
  );

export const conditionNeeded = (label: string) =>
  expectedVersionRequired(
    `A move of the label ${label} must say what it points to now: ` +
      'name expectedVersion, or its move number in If-Match.',
  );

export const stillSoaking = (
  { label, soak }: LabelPolicy,
  { sinceMs, readyAtMs }: Extract<ProtectionVerdict, { kind: 'soaking' }>,
) => {
  const [soakingSince, readyAt] = [isoTimeOrNull(sinceMs), isoTimeOrNull(readyAtMs)];
  const soakLabel = soak?.label ?? '';
  const soakSeconds = (soak?.durationMs ?? 0) / 1000;
  return soakIncomplete(
    `For ${label} a version must have been under ${soakLabel} for ${soakSeconds} s without a break: ` +
      (readyAt === null
        ? 'this one is not there; move that label to it first.'
        : `this one is there since ${soakingSince ?? ''}; try again at ${readyAt}.`),
    { members: { label, soakLabel, soakSeconds, soakingSince, readyAt } },
  );
};

const countOf = (approvals: number) => (approvals === 1 ? '1 approval' : `${approvals} approvals`);

const plurals = { developer: 'developers and admins', admin: 'admins', key: 'API keys' } as const;

function namesOf(movers: LabelPolicy['movers']): string {
  return movers
    .filter((mover) => mover !== 'admin' || !movers.includes('developer'))
    .map((mover) => plurals[mover])
    .join(' and ');
}
