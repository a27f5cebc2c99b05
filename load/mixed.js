import { check } from 'k6';
import { anyPrompt, correctness, duration, list, publish, read } from './k6/registry.js';

/** What a day looks like: reads of every kind, some lists, and a publish now and then. */
export const options = {
  scenarios: {
    mixed: { executor: 'constant-vus', vus: 16, duration },
  },
  thresholds: {
    ...correctness,
    'http_req_duration{name:read}': ['p(99)<500'],
    'http_req_duration{name:list}': ['p(99)<1000'],
    'http_req_duration{name:publish}': ['p(99)<2000'],
  },
};

export default function mixed() {
  const dice = Math.random();
  const prompt = anyPrompt();
  if (dice < 0.4) read(prompt, 'production');
  else if (dice < 0.65) read(prompt, '1.0.1');
  else if (dice < 0.8) read(prompt, '^1.0.0');
  else if (dice < 0.9) read(prompt, 'production', read(prompt, 'production').headers.Etag);
  else if (dice < 0.95) list('limit=50');
  else if (dice < 0.98) list(`limit=20&q=${encodeURIComponent(prompt)}`);
  else check(publish(`mixed/${__VU}`), { 'is published': ({ status }) => status === 201 });
}
