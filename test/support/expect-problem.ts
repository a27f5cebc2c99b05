import type { Response } from 'supertest';

/** For `request.expect(…)`: a whole RFC 9457 answer of this status and code, and nothing besides. */
export function problem(status: number, code: string, members: object = {}) {
  return (answer: Response): void => {
    expectProblem(answer);
    expect(answer.body).toMatchObject({ status, code, ...members });
  };
}

/** One place that is at fault, whatever the sentence about it. */
export const fault = (pointer: string, code: string) =>
  expect.objectContaining({ pointer, code, detail: expect.any(String) });

/** What every problem document has, and what none may have. */
export function expectProblem(answer: Response): void {
  const text = answer.text;
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  const requestId = String(answer.headers['x-request-id']);
  const document = JSON.parse(text) as Record<string, unknown>;
  expect(document).toMatchObject({
    type: `/problems/${String(document.code)}`,
    title: expect.stringMatching(/./),
    status: answer.status,
    detail: expect.stringMatching(/./),
    instance: `urn:request:${requestId}`,
    code: expect.stringMatching(/^[a-z]+(-[a-z]+)*$/),
  });
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(text).not.toMatch(/\bat \S+ \(|node_modules|\/src\/|\.ts\b|\.js\b/);
  expect(text).not.toMatch(/SELECT |INSERT |UPDATE |SQLITE|ER_[A-Z]|QueryFailed|typeorm/);
}
