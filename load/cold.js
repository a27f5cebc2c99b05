import { anyPrompt, correctness, duration, read } from './k6/registry.js';

/** Reads that find nothing in a cache: the runner starts the server without one. */
export const options = {
  scenarios: {
    cold: { executor: 'constant-vus', vus: 16, duration },
  },
  thresholds: {
    ...correctness,
    'http_req_duration{name:read}': ['p(99)<500'],
  },
};

const selectors = ['1.0.0', '1.0.1', '1.0.2', 'production', '^1.0.0', 'latest'];

export default function cold() {
  read(anyPrompt(), selectors[Math.floor(Math.random() * selectors.length)] ?? 'latest');
}
