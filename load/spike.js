import { anyPrompt, correctness, read } from './k6/registry.js';

const rate = Number(__ENV.RATE ?? '1000');

/** From calm to a crowd within a second, and back: nothing fails, and calm returns. */
export const options = {
  scenarios: {
    spike: {
      executor: 'ramping-arrival-rate',
      startRate: rate / 10,
      timeUnit: '1s',
      preAllocatedVUs: 100,
      maxVUs: 500,
      stages: [
        { target: rate / 10, duration: '8s' },
        { target: rate, duration: '1s' },
        { target: rate, duration: '10s' },
        { target: rate / 10, duration: '1s' },
        { target: rate / 10, duration: '10s' },
      ],
    },
  },
  thresholds: {
    ...correctness,
    'http_req_duration{name:read}': ['p(99)<5000'],
  },
};

export default function spike() {
  read(anyPrompt(), 'production');
}
