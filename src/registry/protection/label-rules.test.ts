import { type Problem } from '../../platform/errors/index.js';
import { parseLabelRules } from './label-rules.js';

describe('parseLabelRules', () => {
  it('fills in what is not said: no approvals, no expected version, no soak', () => {
    expect(parseLabelRules('production', { movers: ['key', 'admin'] })).toEqual({
      movers: ['admin', 'key'],
      approvals: 0,
      requiresExpected: false,
      soak: null,
    });
  });

  it('takes a label and a time to soak together', () => {
    const fields = { movers: ['admin'], soakLabel: 'staging', soakSeconds: 5 } as const;

    expect(parseLabelRules('production', fields).soak).toEqual({
      label: 'staging',
      durationMs: 5_000,
    });
  });

  it.each([
    [{ soakSeconds: 5 }, '/soakLabel', 'needs-label'],
    [{ soakLabel: 'staging' }, '/soakSeconds', 'needs-duration'],
    [{ soakLabel: 'latest', soakSeconds: 5 }, '/soakLabel', 'invalid-label'],
    [{ soakLabel: 'production', soakSeconds: 5 }, '/soakLabel', 'same-label'],
  ])('refuses %j', (fields, pointer, code) => {
    expect(() => parseLabelRules('production', { movers: ['admin'], ...fields })).toThrow(
      expect.objectContaining<Partial<Problem>>({
        errors: [expect.objectContaining({ pointer, code })],
      }),
    );
  });
});
