import { check } from 'k6';
import { correctness, duration, publish, read } from './k6/registry.js';

/** Publishing to many prompts; what was published is there at once. */
export const options = {
  scenarios: {
    publish: { executor: 'constant-vus', vus: 16, duration },
  },
  thresholds: {
    ...correctness,
    'http_req_duration{name:publish}': ['p(95)<1000', 'p(99)<2000'],
  },
};

export default function publishing() {
  // A prompt has few versions when many publish to it for a short time.
  const prompt = `published/${__VU}/${Math.floor(__ITER / 50)}`;
  const answer = publish(prompt, { labels: ['live'] });
  const isThere = check(answer, { 'is published': ({ status }) => status === 201 });
  if (isThere) {
    const found = read(prompt, 'live');
    check(found, { 'is what the publish answered': ({ body }) => body === answer.body });
  }
}
