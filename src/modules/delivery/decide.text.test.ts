import { describe, expect, it } from 'vitest';
import { pullBody, pullTitle, reviewComment } from './decide.text.ts';

const item = { id: 'iss_1' as never, number: 7, title: 'Cart accepts\nnegative quantities', type: 'bug' as const };

describe('the text of a pull request', () => {
  it('has the issue as its title, on one line', () => {
    expect(pullTitle({ item })).toBe('Cart accepts negative quantities');
  });

  it('closes the issue and says where it comes from', () => {
    const body = pullBody({ item, plan: null, landed: [], publicUrl: 'http://reeve.test' });
    expect(body).toContain('Closes #7');
    expect(body).toContain('http://reeve.test/v1/issues/iss_1');
  });
});

describe("a reviewer's answer as a comment", () => {
  it('lists the findings of a JSON answer with severity and place', () => {
    const text = reviewComment(
      'Here you go: {"summary":"Fine.","findings":[{"severity":"minor","file":"a.js","line":3,"text":"Name it"}],"files_to_focus":["a.js"]}',
      'critic',
    );
    expect(text).toContain('Fine.');
    expect(text).toContain('- minor: `a.js:3` Name it');
    expect(text).toContain('- `a.js`');
  });

  it('quotes anything else as it is', () => {
    expect(reviewComment('Looks good to me.', 'critic')).toContain('Looks good to me.');
  });

  it('survives braces that are no JSON', () => {
    expect(reviewComment('use {x} not {y', 'critic')).toContain('use {x} not {y');
  });
});
