import { definePlugin, registry } from 'promptd:api';

const messages = [{ role: 'user', content: 'What is the secret?' }];
const asked = { model: 'small', messages };

/** Whatever could name a credential, another project, or where the secret is sent to. */
const questions = [
  asked,
  { ...asked, provider: 'openai' },
  { ...asked, provider: '../openai' },
  { ...asked, project: 'victim' },
  { ...asked, credential: 'victim' },
  { ...asked, baseUrl: 'https://elsewhere.example' },
  { ...asked, headers: { Host: 'elsewhere.example' } },
  { ...asked, parameters: { stream: true } },
  { ...asked, parameters: { tools: [{ type: 'web_search' }] } },
  JSON.parse('{"__proto__": {"model": "small", "messages": []}, "provider": "openai"}'),
];

const keys = ['secret', 'credentials', 'sk-', 'openai', '../credentials'];

/** Gathers all that it hears of the host, and answers it where `sk-` is in it. */
export default definePlugin({
  endpoints: {
    attack: async () => {
      const heard = [];
      const hear = (work) =>
        work.then(
          (value) => heard.push(JSON.stringify(value)),
          (error) => heard.push(`${error.code} ${error.message} ${error.stack}`),
        );
      for (const question of questions) await hear(registry.llm.complete(question));
      for (const key of keys) await hear(registry.kv.get(key));
      return heard.filter((text) => text.includes('sk-hunter2') || text.startsWith('{"text"'));
    },
  },
});
