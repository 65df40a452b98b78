import { expect, test } from 'vitest';
import { withAnswer } from './answer.ts';

const asked = { body: 'Print the hours.', state_reason: 'Which till?' };

test('an answer stands below the question', () => {
  expect(withAnswer(asked, ' The first one. ', null).text).toBe('Print the hours.\n\nWhich till?\nThe first one.');
});

test('a try that wrote the answer and failed to start the work leaves nothing to write, also after the page was loaded anew', () => {
  const first = withAnswer(asked, 'The first one.', null);
  const now = { ...asked, body: first.text };
  expect(withAnswer(now, 'The first one.', first)).toEqual(first);
  expect(withAnswer(now, 'The first one.', null)).toEqual(first);
});

test('an answer that was changed between two tries takes the place of the first', () => {
  const first = withAnswer(asked, 'The first one.', null);
  expect(withAnswer({ ...asked, body: first.text }, 'Both.', first).text).toBe('Print the hours.\n\nWhich till?\nBoth.');
});

test('a try that never reached the server is forgotten, and what somebody else wrote meanwhile stays', () => {
  const first = withAnswer(asked, 'The first one.', null);
  expect(withAnswer(asked, 'Both.', first).text).toBe('Print the hours.\n\nWhich till?\nBoth.');
  expect(withAnswer({ ...asked, body: 'Print the hours in bold.' }, 'Both.', first).text).toBe('Print the hours in bold.\n\nWhich till?\nBoth.');
});

test('the same words as an answer to another question are written', () => {
  const first = withAnswer(asked, 'Yes.', null);
  expect(withAnswer({ body: first.text, state_reason: 'In bold?' }, 'Yes.', null).text).toBe(`${first.text}\n\nIn bold?\nYes.`);
});
