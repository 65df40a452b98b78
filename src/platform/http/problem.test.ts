import { expect, test } from 'vitest';
import { AppError, ERROR_KINDS } from '#kernel/errors.ts';
import { Problem, toProblem } from './problem.ts';

test.each([
  ['invalid', 422],
  ['unauthenticated', 401],
  ['forbidden', 403],
  ['not_found', 404],
  ['conflict', 409],
  ['refused', 422],
  ['too_large', 413],
  ['rate_limited', 429],
  ['unavailable', 503],
  ['internal', 500],
] as const)('%s is %d', (kind, status) => {
  const answer = toProblem(new AppError(kind, 'A sentence.', { code: 'some_code', hint: 'Do this.', detail: { seq: 3 } }), 'r1');
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.problem).toMatchObject({
    status,
    detail: 'A sentence.',
    code: 'some_code',
    hint: 'Do this.',
    request_id: 'r1',
    seq: 3,
    type: 'urn:reeve:problem:some_code',
  });
  expect(Problem.safeParse(answer.problem).success).toBe(true);
});

test('every kind of error has a status of its own table row', () => {
  for (const kind of ERROR_KINDS) expect(toProblem(new AppError(kind, 'x'), 'r').status).toBeGreaterThanOrEqual(400);
});

test('a detail cannot replace a standard member', () => {
  const { problem } = toProblem(new AppError('conflict', 'The truth.', { detail: { status: 200, detail: 'a lie', request_id: 'x' } }), 'r1');
  expect(problem).toMatchObject({ status: 409, detail: 'The truth.', request_id: 'r1' });
});

test('what an unknown error says stays inside', () => {
  const answer = toProblem(new Error('select * from tokens'), 'r1');
  expect(answer).toMatchObject({ status: 500, unexpected: true });
  expect(JSON.stringify(answer.problem)).not.toContain('tokens');
  expect(toProblem('a string', 'r').status).toBe(500);
  expect(toProblem(null, 'r').status).toBe(500);
});

test.each([
  ['23505', 409, 'already_exists'],
  ['23503', 409, 'reference_broken'],
  ['22021', 422, 'invalid'],
  ['57P01', 503, 'database_unavailable'],
  ['ECONNREFUSED', 503, 'database_unavailable'],
])('the database error %s is %d', (code, status, name) => {
  expect(toProblem(Object.assign(new Error('x'), { code }), 'r').problem).toMatchObject({ status, code: name });
});

test('401 says how to authenticate, 429 and 503 when to come back', () => {
  expect(toProblem(new AppError('unauthenticated', 'x'), 'r').headers['www-authenticate']).toMatch(/^Bearer/);
  expect(toProblem(new AppError('rate_limited', 'x', { detail: { retry_after_s: 2.2 } }), 'r').headers['retry-after']).toBe('3');
  expect(toProblem(new AppError('unavailable', 'x'), 'r').headers['retry-after']).toBe('1');
});

test.each([
  ['refused', 422],
  ['invalid', 422],
  ['conflict', 409],
] as const)('a problem says that it is "%s", which its status %i alone does not', (kind, status) => {
  expect(toProblem(new AppError(kind, 'No.', { code: 'because' }), 'r').problem).toMatchObject({ status, kind, code: 'because' });
});
