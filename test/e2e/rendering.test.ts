import { fault, problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';

let app: FreshApplication;
let work: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication();
  work = await PromptWorkspace.create(app);
});

afterAll(() => app.close());

const name = { name: 'name', type: 'string' };
const render = (prompt: string, variables?: unknown, selector = 'latest') =>
  work.prompt('post', prompt, `/versions/${selector}/render`).send({ variables });

describe('a render', () => {
  it('of a text fills it in, and says which version it is', async () => {
    const { digest } = await work.publish('text', '1.0.0', {
      content: { kind: 'text', text: 'Hello {{name}} & {{{name}}}', variables: [name] },
    });
    const answer = await render('text', { name: '<b> {{name}}' }, '^1').expect(200);
    expect(answer.body).toEqual({
      project: work.project,
      name: 'text',
      version: '1.0.0',
      digest,
      text: 'Hello <b> {{name}} & <b> {{name}}',
    });
  });

  it('of a chat fills in its messages, and those of the caller as they are', async () => {
    await work.publish('chat', '1.0.0', {
      content: {
        kind: 'chat',
        messages: [{ role: 'system', content: 'You are {{name}}.' }, { placeholder: 'history' }],
        variables: [name, { name: 'history', type: 'messages' }],
      },
    });
    const history = [{ role: 'user', content: 'What is {{name}}?' }];
    const answer = await render('chat', { name: 'Ada', history }).expect(200);
    expect(answer.body.text).toBeUndefined();
    expect(answer.body.messages).toEqual([
      { role: 'system', content: 'You are Ada.' },
      { role: 'user', content: 'What is {{name}}?' },
    ]);
  });

  it('of sections gives messages, the same every time', async () => {
    await work.publish('structured', '1.0.0', {
      content: {
        kind: 'structured',
        sections: { context: 'Today {{name}} asks.', task: 'Answer.', constraints: ['Be brief.'] },
        variables: [name],
      },
    });
    const [first, second] = [
      await render('structured', { name: 'Ada' }).expect(200),
      await render('structured', { name: 'Ada' }).expect(200),
    ];
    expect(first.text).toBe(second.text);
    const text = JSON.stringify(first.body.messages);
    expect(text.indexOf('Today Ada asks.')).toBeGreaterThan(text.indexOf('Answer.'));
  });

  it('takes the default of what is left out', async () => {
    await work.publish('defaulted', '1.0.0', {
      content: {
        kind: 'text',
        text: '{{name}}',
        variables: [{ ...name, default: 'nobody' }],
      },
    });
    expect((await render('defaulted').expect(200)).body.text).toBe('nobody');
    expect((await render('defaulted', { name: '' }).expect(200)).body.text).toBe('');
  });
});

describe('a render that is refused', () => {
  beforeAll(async () => {
    const items = { name: 'items', type: 'array' };
    await work.publish('strict', '1.0.0', {
      content: {
        kind: 'text',
        text: '{{name}}{{count}}',
        variables: [name, { name: 'count', type: 'integer' }],
      },
    });
    await work.publish('large', '1.0.0', {
      content: { kind: 'text', text: '{{name}}{{name}}', variables: [name] },
    });
    await work.publish('nested', '1.0.0', {
      content: {
        kind: 'text',
        text: '{{#items}}{{#items}}{{#items}}x{{/items}}{{/items}}{{/items}}',
        variables: [items],
      },
    });
  });

  it('names every variable that is missing, wrong or unknown at once', async () => {
    await render('strict', { count: 'seven', surprise: 1 }).expect(
      problem(422, 'render-variables-invalid', {
        errors: expect.arrayContaining([
          fault('/variables/name', 'missing'),
          fault('/variables/count', 'wrong-type'),
          fault('/variables/surprise', 'unknown'),
        ]),
      }),
    );
  });

  it.each([[[]], ['text'], [7], [null]])('takes %j for no variables', async (variables) => {
    await render('strict', variables).expect(
      problem(400, 'validation-failed', { errors: [fault('/variables', 'wrong-type')] }),
    );
  });

  it('ends where its output would be larger than allowed', async () => {
    await render('large', { name: 'x'.repeat(600_000) }).expect(problem(422, 'render-too-large'));
  });

  it('ends after so many steps, and the server stands', async () => {
    const items = Array.from({ length: 100 }, () => 1);
    await render('nested', { items }).expect(problem(422, 'render-budget-exceeded'));
    await app.as(null, 'get', '/health').expect(200);
  });

  it('finds no version, like a read', async () => {
    await render('strict', {}, '^9').expect(problem(404, 'unknown-selector'));
    await render('strict', {}, '*').expect(problem(400, 'invalid-selector'));
    await render('missing', {}).expect(problem(404, 'not-found'));
  });
});

describe('who renders', () => {
  it('is whoever may read the prompt, and nobody else', async () => {
    await work.publish('keyed', '1.0.0');
    const reader = await work.makeKey({ prompts: ['keyed'] });
    const publisher = await work.makeKey({ verbs: ['publish'] });
    const path = '/versions/latest/render';
    await work.prompt('post', 'keyed', path, reader).send({}).expect(200);
    await work.prompt('post', 'text', path, reader).send({}).expect(problem(404, 'not-found'));
    await work.prompt('post', 'keyed', path, publisher).send({}).expect(problem(403, 'forbidden'));
    await work.prompt('post', 'keyed', path, null).send({}).expect(problem(401, 'unauthenticated'));
  });
});
