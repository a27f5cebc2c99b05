import { check } from 'k6';
import { correctness, duration, read } from './k6/registry.js';

/** One popular prompt, by clients that keep what they have and ask whether it is still right. */
export const options = {
  scenarios: {
    cache: { executor: 'constant-vus', vus: 32, duration },
  },
  thresholds: {
    ...correctness,
    'http_req_duration{name:read}': ['p(95)<250', 'p(99)<500'],
  },
};

/** @type {string | undefined} */
let etag;

export default function cache() {
  const answer = read('many/1', 'production', etag);
  if (etag !== undefined) {
    check(answer, { 'is unchanged': ({ status }) => status === 304 });
  }
  etag = answer.headers.Etag;
}
