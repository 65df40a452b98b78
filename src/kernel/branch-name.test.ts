import { expect, test } from 'vitest';
import { isBranchName } from './branch-name.ts';

test.each(['main', 'ai-12', 'epic/12-cart', 'reeve/a.b', 'über', 'a@b', 'head', 'x/HEAD', '日本/é'])('%s can be a branch', (name) =>
  expect(isBranchName(name)).toBe(true),
);

test.each([
  '',
  ' ',
  '-x',
  '--upload-pack=touch /tmp/pwn',
  'HEAD',
  '@',
  '@{-1}',
  'a@{1}',
  'a b',
  'a..b',
  '../../x',
  '/a',
  'a/',
  'a//b',
  '.a',
  'a/.b',
  'a.lock',
  'a.lock/b',
  'a^',
  'a~1',
  'a:b',
  'a?',
  'a*',
  'a[',
  'a\\b',
  'a\u0007',
  'a.',
  'feat/\u202Ex',
  'feat/1\u200D0',
  'feat/❤️',
  'a\uD800',
  'x'.repeat(201),
])('%j can be none', (name) => expect(isBranchName(name)).toBe(false));
