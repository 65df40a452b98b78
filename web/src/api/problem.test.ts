import { expect, test } from 'vitest';
import { ApiProblem, toProblem } from './problem.ts';

test('a mistake in drawing is told as it is, not as a server that cannot be reached', () => {
  const problem = toProblem(new TypeError('x is not a function'));
  expect([problem.status, problem.code, problem.message]).toEqual([500, 'http_500', 'x is not a function']);
  expect(toProblem('no').message).toBe('no');
});

test('a refusal stays what it is, also that the server was not reached', () => {
  const unreachable = new ApiProblem(0, null);
  expect(toProblem(unreachable)).toBe(unreachable);
  expect([unreachable.code, unreachable.mayPass]).toEqual(['unreachable', true]);
});

test('only a refusal of who one is ends a session, not one of a service behind the server', () => {
  const over = new ApiProblem(401, { code: 'unauthenticated', detail: 'This needs a token.', hint: 'Send "Authorization: Bearer <token>".' });
  expect(over.isSignedOut).toBe(true);
  // What is said to a person at a browser names no token.
  expect(`${over.message} ${over.hint}`).toBe('Your session has ended. Sign in again.');
  expect(new ApiProblem(401, { code: 'model_key_missing' }).isSignedOut).toBe(false);
  expect(new ApiProblem(403, { code: 'role_required' }).isSignedOut).toBe(false);
});
