import { useHost } from '../../plugins/api/testing.js';
import hello from '../../plugins/hello/index.js';
import { aCaller, aRequest, memoryKeys, observed, refusal } from './plugin-inputs.js';

describe('hello', () => {
  it('greets whom the path names, and tells of the newest prompt it has heard of', async () => {
    const logged: string[] = [];
    useHost({ kv: memoryKeys(), log: (_, line) => Promise.resolve(void logged.push(line)) });

    const before = await hello.endpoints.greet(aRequest({ params: { who: 'Ada' } }));
    expect(before).toEqual({
      status: 200,
      body: { greeting: 'Hello, Ada!', project: 'acme', newest: null },
    });

    await hello.hooks['prompt.created'](observed('prompt.created', 'support/triage'));
    expect(logged).toEqual(['support/triage is new']);

    const after = await hello.endpoints.greet(aRequest({ params: { who: 'Ada' } }));
    expect(after.body).toMatchObject({ newest: 'support/triage' });
  });

  it('hears of a prompt in a project that keeps nothing any more, and fails for other reasons only', async () => {
    const hear = () => hello.hooks['prompt.created'](observed('prompt.created', 'support/triage'));
    const refuse = (error: Error) => {
      useHost({ kv: { set: () => Promise.reject(error) } });
    };
    refuse(refusal('project-archived', 'Restore the project first'));
    await expect(hear()).resolves.toBeUndefined();
    refuse(new Error('kv.set failed.'));
    await expect(hear()).rejects.toThrow('kv.set failed.');
  });

  it('counts its greetings in the state of the session', async () => {
    const session = { id: 's', modal: 'greeting', project: 'acme', caller: aCaller };
    const { open, actions } = hello.modals.greeting;

    const opened = await open();
    expect(opened.state).toEqual({ greeted: 0 });

    const greeted = await actions.greet({ ...session, state: opened.state }, { who: 'Grace' });
    expect(greeted.state).toEqual({ greeted: 1 });
    expect(greeted.controls).toEqual([
      expect.objectContaining({ type: 'text', label: 'Hello, Grace! Whom next?' }),
    ]);
  });
});
