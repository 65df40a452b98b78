import { describe, expect, it } from 'vitest';
import { namesInTaskList, tickItem } from './task-list.ts';

const of = { number: 7, repo: 'acme/shop', done: true };

describe('the task list of a parent issue', () => {
  it.each([
    ['- [ ] #7', '- [x] #7'],
    ['* [ ] Round totals (#7)', '* [x] Round totals (#7)'],
    ['  1. [ ] acme/shop#7 and more', '  1. [x] acme/shop#7 and more'],
    ['- [ ] https://github.com/Acme/Shop/issues/7', '- [x] https://github.com/Acme/Shop/issues/7'],
    ['# Epic\r\n- [ ] #7\r\n- [ ] #8\r\n', '# Epic\r\n- [x] #7\r\n- [ ] #8\r\n'],
  ])('%j becomes %j', (before, after) => expect(tickItem(before, of)).toBe(after));

  it.each([
    '- [x] #7',
    '- [X] #7',
    '- [ ] #77',
    '- [ ] #8',
    '- [ ] other/shop#7',
    '- [ ] https://github.com/acme/till/issues/7',
    'We did #7',
    '```\n- [ ] #7\n```',
    '- [] #7',
    '',
  ])('%j stays as it is', (body) => expect(tickItem(body, of)).toBe(body));

  it('is cleared by the way back, and nothing else of the text changes', () => {
    const body = 'All of it:\n\n- [ ] #7\n- [x] #8\n\n~~~\n- [ ] #7\n~~~\ntail  ';
    expect(tickItem(tickItem(body, of), { ...of, done: false })).toBe(body);
  });

  it('names an issue whether it is done or not', () => {
    expect(['- [ ] #7', '- [x] #7', '- [ ] #8', '#7'].map((body) => namesInTaskList(body, of))).toEqual([true, true, false, false]);
  });
});
