import { expect, test } from 'vitest';
import { refuseBranchName, refusePath } from './decide.path.ts';

test.each([
  ['/etc/passwd', 'path_absolute'],
  ['C:/x', 'path_absolute'],
  ['c:x', 'path_absolute'],
  ['../x', 'path_traversal'],
  ['a/../b', 'path_traversal'],
  ['a/./b', 'path_traversal'],
  ['a/..', 'path_traversal'],
  ['a//b', 'path_empty_segment'],
  ['a/', 'path_empty_segment'],
  ['.git/config', 'path_git'],
  ['sub/.GIT/hooks/x', 'path_git'],
  ['.Git', 'path_git'],
  ['.git./x', 'path_git'],
  ['.git /x', 'path_git'],
  ['.git::$INDEX_ALLOCATION/x', 'path_git'],
  ['GIT~1/x', 'path_git'],
  ['.g\u200cit/config', 'path_git'],
  ['.gitmodules', 'path_submodule'],
  ['.GitModules', 'path_submodule'],
  ['a\u0000b', 'path_control'],
  ['a\nb', 'path_control'],
  ['a\u0085b', 'path_control'],
  ['na\udcef.txt', 'path_not_unicode'],
  ['a\\b', 'path_backslash'],
  [`${'x'.repeat(256)}/a`, 'path_too_long'],
  ['é'.repeat(128), 'path_too_long'],
])('the path %j is refused as %s', (path, code) => {
  expect(refusePath(path)?.code).toBe(code);
});

test.each([
  'a',
  'src/a.ts',
  '.github/workflows/ci.yml',
  '.gitignore',
  'sub/.gitattributes',
  'a b/c',
  '日本/é.txt',
  'x'.repeat(255),
  '...',
  '.gitkeep',
  'git/x',
  'sub/.gitmodules',
])('the path %j is taken', (path) => {
  expect(refusePath(path)).toBeNull();
});

test.each(['main', 'ai-12', 'epic/3-cart', 'reeve/a.b', 'ünï'])('%s can be a branch', (name) => {
  expect(refuseBranchName(name)).toBeNull();
});

test.each([
  ' ',
  'a b',
  'a..b',
  '/a',
  'a/',
  'a//b',
  '.a',
  'a/.b',
  'a.lock',
  'a.lock/b',
  'a~1',
  'a^',
  'a:b',
  'a?',
  'a*',
  'a[b',
  'a\\b',
  'a.',
  '@',
  'a@{1}',
  '-a',
  'a\u0007',
])('%j cannot be a branch', (name) => {
  expect(refuseBranchName(name)).not.toBeNull();
});
