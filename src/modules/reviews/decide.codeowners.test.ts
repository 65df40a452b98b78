import { expect, test } from 'vitest';
import { parseCodeowners, ruleFor } from './decide.codeowners.ts';

const ownersOf = (text: string, path: string): string[] | null => ruleFor(parseCodeowners(text), path)?.owners ?? null;

// The example of GitHub's own documentation.
const EXAMPLE = `
# This is a comment.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
`;

test.each([
  ['README.md', ['@global-owner1', '@global-owner2']],
  ['src/deep/a.js', ['@js-owner']],
  ['a.go', ['docs@example.com']],
  ['x/y.txt', ['@octo-org/octocats']],
  ['docs/getting-started.md', ['@doctocat']],
  ['docs/build-app/troubleshooting.md', ['@doctocat']],
  ['deeply/nested/logs/x.log', ['@octocat']],
  ['build/logs/a', ['@octocat']],
  ['lib/apps/x', ['@octocat']],
  ['apps/github/index', []],
  ['apps/githubby/index', ['@octocat']],
])('of the documented example %s belongs to %j', (path, owners) => {
  expect(ownersOf(EXAMPLE, path)).toEqual(owners);
});

test('the last rule that matches decides, and one without owners takes files away from everybody', () => {
  expect(ownersOf('*.ts @a\nsrc/ @b', 'src/x.ts')).toEqual(['@b']);
  expect(ownersOf('src/ @b\n*.ts @a', 'src/x.ts')).toEqual(['@a']);
  expect(ownersOf('src/ @b\nsrc/gen', 'src/gen/x.ts')).toEqual([]);
});

test('`docs/*` means the files of docs and none below; a name alone means a file or a folder at any depth', () => {
  expect(ownersOf('docs/* @d', 'docs/a.md')).toEqual(['@d']);
  expect(ownersOf('docs/* @d', 'docs/sub/a.md')).toBeNull();
  expect(ownersOf('docs/* @d', 'x/docs/a.md')).toBeNull();
  expect(ownersOf('cart @c', 'src/cart/a.ts')).toEqual(['@c']);
  expect(ownersOf('cart @c', 'src/cart')).toEqual(['@c']);
  expect(ownersOf('cart/ @c', 'src/cart')).toBeNull();
  expect(ownersOf('/src/**/test-?.ts @c', 'src/a/b/test-1.ts')).toEqual(['@c']);
  expect(ownersOf('/src/**/test-?.ts @c', 'src/test-1.ts')).toEqual(['@c']);
});

test('case counts, and what GitHub does not know is no rule', () => {
  expect(ownersOf('Docs/ @d', 'docs/a.md')).toBeNull();
  expect(parseCodeowners('!src @a\n[ab].ts @a\n*.ts not-an-owner\n^[Section] @a\n\\#x @a')).toEqual([]);
  expect(parseCodeowners('a\\ b.md @x')).toEqual([{ pattern: 'a b.md', owners: ['@x'] }]);
});

test('a file beyond three megabytes is no file, and no pattern takes long', () => {
  expect(parseCodeowners(`* @a\n#${'x'.repeat(3 * 1024 * 1024)}`)).toEqual([]);
  const [long] = parseCodeowners(`${'*a'.repeat(200)}b @a`);
  expect(long && ruleFor([long], 'a'.repeat(4000))).toBeNull();
  const [deep] = parseCodeowners(`${'**/a/'.repeat(60)}b @a`);
  expect(deep && ruleFor([deep], 'a/'.repeat(300) + 'c')).toBeNull();
});
