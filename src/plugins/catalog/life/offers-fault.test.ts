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
  modals: { report: ['refresh'] },
};

describe('what an entry offers', () => {
  it('may be all that its manifest declares, and more', () => {
    expect(offersFault(manifest, whole)).toBeUndefined();
    expect(offersFault(manifest, { ...whole, endpoints: ['greet', 'hidden'] })).toBeUndefined();
  });

  it.each([
    [{ hooks: [] }, 'hooks.prompt.created'],
    [{ endpoints: ['other'] }, 'endpoints.greet'],
    [{ modals: {} }, 'modals.report'],
    [{ modals: { report: [] } }, 'modals.report.actions.refresh'],
  ])('is too little with %j', (lack, named) => {
    expect(offersFault(manifest, { ...whole, ...lack })).toContain(named);
  });
});
