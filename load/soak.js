import { check } from 'k6';
import { anyPrompt, correctness, duration, publish, read } from './k6/registry.js';

/** A steady load for a long time: `npm run load -- soak --duration 10m`. */
export const options = {
  scenarios: {
    reads: {
      executor: 'constant-arrival-rate',
      rate: 100,
      timeUnit: '1s',
      duration,
      preAllocatedVUs: 32,
      exec: 'reads',
    },
    publishes: {
      executor: 'constant-arrival-rate',
      rate: 2,
      timeUnit: '1s',
      duration,
      preAllocatedVUs: 8,
      exec: 'publishes',
    },
  },
  thresholds: {
    ...correctness,
    'http_req_duration{name:read}': ['p(99)<500'],
    'http_req_duration{name:publish}': ['p(99)<2000'],
    dropped_iterations: ['count<10'],
  },
};

export function reads() {
  read(anyPrompt(), Math.random() < 0.5 ? 'production' : '^1.0.0');
}

export function publishes() {
  check(publish(`soak/${__VU}/${Math.floor(__ITER / 100)}`), {
    'is published': ({ status }) => status === 201,
  });
}
