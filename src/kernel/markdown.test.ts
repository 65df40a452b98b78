import { describe, expect, test } from 'vitest';
import { codeNamesOf, listItemsOf, namedPathsOf, proseOf, sectionsOf, sentencesOf, withoutTemplateNoise } from './markdown.ts';

describe('named paths', () => {
  test.each([
    ['Fix `src/cart.js`, then src/price.ts:12.', ['src/cart.js', 'src/price.ts']],
    ['README, Dockerfile and package.json', ['README', 'Dockerfile', 'package.json']],
    ['everything in docs/ and "src/a/**"', ['docs/', 'src/a/**']],
    ['.github/workflows/ci.yml', ['.github/workflows/ci.yml']],
    ['Add an `.editorconfig` and .gitignore', ['.editorconfig', '.gitignore']],
    ['./lib/x.py twice: lib/x.py', ['lib/x.py']],
    ['and/or, 1.2.3, v1.2, e.g., Node.js, 24/7, a@b.org', []],
    ['https://example.org/src/cart.js and http://x.y/z.ts', []],
    ['../secret.txt', []],
  ])('%s', (text, expected) => {
    expect(namedPathsOf(text)).toEqual(expected);
  });
});

test('list items know their kind, their section and their depth; code is no list', () => {
  expect(
    listItemsOf('- [ ] one\n  goes on\n- [x] two\n\n## Steps\n1. go\n   - deeper\n\n```\n- code\n```\n* last').map(
      ({ kind, text, checked, indent, section }) => [kind, text, checked, indent, section],
    ),
  ).toEqual([
    ['checklist', 'one goes on', false, 0, ''],
    ['checklist', 'two', true, 0, ''],
    ['numbered', 'go', false, 0, 'steps'],
    ['bullet', 'deeper', false, 3, 'steps'],
    ['bullet', 'last', false, 0, 'steps'],
  ]);
});

test('headings of every kind make sections', () => {
  expect(sectionsOf('a\n## One\nb\n**Two:**\nc\nSteps to reproduce:\nd').map(({ heading, text }) => [heading, text])).toEqual([
    ['', 'a'],
    ['one', 'b'],
    ['two', 'c'],
    ['steps to reproduce', 'd'],
  ]);
});

test('hints and empty answers of templates are no text', () => {
  expect(withoutTemplateNoise('a <!-- hint\nmore --> b\n_No response_\nN/A\nunclosed <!-- x').trim()).toBe('a  b\n\n\nunclosed');
});

test('prose has no code blocks, links and marks, but keeps inline code', () => {
  expect(proseOf('# T\nsee [docs](http://x) and `a()` **now**\n```\ncode\n```\nend').replace(/\n+/g, '|')).toBe('T|see docs and a() now|end');
});

test('names of code are found by their writing', () => {
  expect(codeNamesOf('`x y` calls formatPrice, order_total, CartPage and go() in plain words')).toEqual([
    'x y',
    'formatPrice',
    'order_total',
    'CartPage',
    'go()',
  ]);
});

test('sentences end where they should', () => {
  expect(sentencesOf('It is 1.5, e.g. two. Next one!\nsame line\n\nAnother')).toEqual(['It is 1.5, e.g. two.', 'Next one! same line', 'Another']);
});
