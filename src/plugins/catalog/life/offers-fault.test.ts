import type { Manifest } from '../../package/manifest.js';
import { offersFault } from './offers-fault.js';

const manifest = {
  hooks: [{ event: 'prompt.created', kind: 'observe' }],
  endpoints: [{ handler: 'greet', method: 'GET', path: '/x', roles: ['viewer'] }],
  modals: [{ name: 'report', title: 'x', roles: ['viewer'], actions: [{ name: 'refresh' }] }],
} as unknown as Manifest;
const whole = {
  hooks: ['prompt.created'],
  endpoints: ['greet'],
  modals: { report: ['open', 'refresh'] },
};

describe('what an entry offers', () => {
  it('is what its manifest declares', () => {
    expect(offersFault(manifest, whole)).toBeUndefined();
  });

  it.each([
    [{ hooks: [] }, 'hooks.prompt.created'],
    [{ endpoints: [] }, 'endpoints.greet'],
    [{ modals: {} }, 'modals.report'],
    [{ modals: { report: ['open'] } }, 'modals.report.actions.refresh'],
  ])('is too little with %j', (lack, named) => {
    const fault = `plugin.json declares what the entry has no function for: ${named}.`;
    expect(offersFault(manifest, { ...whole, ...lack })).toBe(fault);
  });

  it.each([
    [
      { hooks: ['prompt.created', 'version.beforePublish'] },
      'hooks { "event": "version.beforePublish", "kind": "veto", "onError": "deny" }',
    ],
    [
      { hooks: ['prompt.created', 'prompt.archived'] },
      'hooks { "event": "prompt.archived", "kind": "observe" }',
    ],
    [
      { endpoints: ['greet', 'hidden'] },
      'endpoints { "handler": "hidden", "method": …, "path": …, "roles": … }',
    ],
    [
      { modals: { ...whole.modals, other: ['open'] } },
      'modals { "name": "other", "title": …, "roles": …, "actions": … }',
    ],
    [
      { modals: { report: ['open', 'refresh', 'wipe'] } },
      'the actions of the modal report { "name": "wipe" }',
    ],
  ])('is too much with %j, and the fault says which line is missing', (more, line) => {
    const fault = `The entry has functions that plugin.json does not declare. Take them out, or add to ${line}.`;
    expect(offersFault(manifest, { ...whole, ...more })).toBe(fault);
  });

  it('is too little and too much when the two name the same thing differently', () => {
    const fault = offersFault(manifest, { ...whole, endpoints: ['great'] });
    expect(fault).toMatch(
      /no function for: endpoints\.greet\. .* add to endpoints \{ "handler": "great"/,
    );
  });

  it('is told in a sentence of bounded length, whatever the names are', () => {
    const many = Array.from({ length: 50 }, (_, index) => `${'\n'.repeat(5_000)}${index}`);
    const fault = offersFault(manifest, { ...whole, endpoints: ['greet', ...many] });
    expect(fault).toMatch(/; and 42 more\.$/);
    expect(fault).not.toContain('\n');
    expect(fault!.length).toBeLessThan(3_000);
  });
});
