import http from 'k6/http';
import { check } from 'k6';
import { correctness, duration, moveLabel, ordinals, publish, read } from './k6/registry.js';

/** Everybody publishes the same prompt and moves the same label; nothing may be lost or doubled. */
export const options = {
  scenarios: {
    race: { executor: 'constant-vus', vus: 16, duration },
  },
  thresholds: {
    ...correctness,
    'http_req_duration{name:publish}': ['p(99)<5000'],
  },
  teardownTimeout: '60s',
};

const prompt = 'race/one';

export function setup() {
  // Losing a race is an answer, not a failure.
  check(publish(prompt, { labels: ['live'] }), { 'is published': ({ status }) => status === 201 });
}

http.setResponseCallback(http.expectedStatuses({ min: 200, max: 399 }, 409));

export default function race() {
  const published = publish(prompt);
  check(published, { 'is published': ({ status }) => status === 201 });
  const before = read(prompt, 'live').json('version');
  const version = published.json('version');
  const moved = moveLabel(prompt, 'live', { version, expectedVersion: before });
  check(moved, {
    'is moved, or somebody else was first': ({ status, body }) =>
      status === 200 || (status === 409 && String(body).includes('"code":"label-conflict"')),
  });
}

export function teardown() {
  const found = ordinals(prompt);
  check(found, {
    'every version has one number, without a gap': (numbers) =>
      numbers.every((ordinal, index) => ordinal === numbers.length - index),
  });
}
