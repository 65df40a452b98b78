import { describe, expect, it } from 'vitest';
import { changeLabels, checkLocalName, closingNumbers, localName, toUrlOf, withMarker } from './map.ts';

describe('closing words', () => {
  it.each<[string, number[]]>([
    ['Closes #4', [4]],
    ['This fixes #12 and resolves: #3. Closed #12 before.', [12, 3]],
    ['FIXED #7', [7]],
    ['closes acme/shop#4', []],
    ['See #4', []],
    ['discloses #4', []],
    ['Closes #', []],
    ['Closes # 4', []],
  ])('%j closes %j', (text, wanted) => expect(closingNumbers(text)).toEqual(wanted));
});

describe('markers', () => {
  it('lie hidden at the end of the text', () => expect(withMarker('Hello', 'act:01J')).toBe('Hello\n\n<!-- act:01J -->'));
  it('are left out when there is none', () => expect(withMarker('Hello', null)).toBe('Hello'));
  it.each(['', 'a -->', 'a\nb', '<b', 'a--b'])('that could break out are refused: %j', (marker) => {
    expect(() => withMarker('Hello', marker)).toThrow(/marker/);
  });
});

describe('changes of labels', () => {
  it.each([
    [['a'], { add: ['b', 'b'], remove: [] }, { labels: ['a', 'b'], added: ['b'], removed: [] }],
    [['a', 'b'], { add: ['a'], remove: ['b', 'c'] }, { labels: ['a'], added: [], removed: ['b'] }],
    [['a'], { add: ['a', 'x'], remove: ['a', 'x'] }, { labels: [], added: [], removed: ['a'] }],
  ])('%j with %j', (labels, change, wanted) => expect(changeLabels(labels, change)).toEqual(wanted));
});

describe('names', () => {
  it.each(['../x', 'a/../b', '/etc/passwd', 'a', 'a/b/c', '.git/x', 'a/.git', 'a /b', ''])(
    'that could become another path are refused: %j',
    (name) => {
      expect(() => checkLocalName(name)).toThrow(/owner\/name/);
    },
  );
  it('of folders have no issues', () => {
    expect(() => localName({ forge: 'path', name: '/srv/shop' })).toThrow(/no issues/);
    expect(localName({ forge: 'local', name: 'acme/shop' })).toBe('acme/shop');
  });
});

describe('links', () => {
  it('lead to the issue or pull request, whatever the root ends with', () => {
    const urlOf = toUrlOf('http://localhost:4400/');
    expect(urlOf({ repository: 'acme/shop', number: 3, kind: 'issue' })).toBe('http://localhost:4400/local/acme/shop/issues/3');
    expect(urlOf({ repository: 'acme/shop', number: 4, kind: 'pull' })).toBe('http://localhost:4400/local/acme/shop/pulls/4');
  });
});
