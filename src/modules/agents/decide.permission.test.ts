import { expect, test } from 'vitest';
import type { PermissionRequest } from '#ports/harness.ts';
import { decidePermission, type PermissionFacts } from './decide.permission.ts';

const boxed: PermissionFacts = { worktree: '/data/worktrees/run_1', role: 'coder', sandbox: 'bwrap', sealed: true };
const ask = (toolKind: string, paths: string[] = [], command: string | null = null): PermissionRequest => ({ toolKind, title: 't', paths, command });

test.each([
  ['edit inside', ask('edit', ['/data/worktrees/run_1/src/a.ts']), boxed, true],
  ['edit by relative path', ask('edit', ['src/a.ts']), boxed, true],
  ['edit outside', ask('edit', ['/etc/passwd']), boxed, false],
  ['edit of a sibling with the same beginning', ask('edit', ['/data/worktrees/run_12/a']), boxed, false],
  ['edit that climbs out', ask('edit', ['src/../../run_2/a']), boxed, false],
  ['edit in .git', ask('edit', ['.git/hooks/pre-commit']), boxed, false],
  ['move out', ask('move', ['a', '/tmp/b']), boxed, false],
  ['read anywhere', ask('read', ['/usr/include/stdio.h']), boxed, true],
  ['command', ask('execute', [], 'npm test'), boxed, true],
  ['command without a sandbox', ask('execute', [], 'npm test'), { ...boxed, sandbox: 'none' } as const, true],
  ['network, sealed', ask('fetch'), boxed, false],
  ['network, open', ask('fetch'), { ...boxed, sealed: false }, true],
  ['another mode', ask('switch_mode'), boxed, false],
  ['unknown kind inside a sandbox', ask('other'), boxed, true],
  ['unknown kind without a sandbox', ask('whatever'), { ...boxed, sandbox: 'none' } as const, false],
  ['a tool of our own without a sandbox', { ...ask('other'), title: 'mcp__reeve__ask_human' }, { ...boxed, sandbox: 'none' } as const, true],
  ['a tool of our own, sealed, called a fetch', { ...ask('fetch'), title: 'ask_human (reeve MCP Server)' }, boxed, true],
  [
    'a command that is called like a tool of ours',
    { ...ask('other', [], 'rm -rf /'), title: 'ask_human' },
    { ...boxed, sandbox: 'none' } as const,
    false,
  ],
  ['unknown kind that names a path outside', ask('other', ['/root/.ssh/id']), boxed, false],
  ['edit by a reviewer', ask('edit', ['src/a.ts']), { ...boxed, role: 'reviewer' } as const, false],
  ['edit by a planner', ask('delete', ['src/a.ts']), { ...boxed, role: 'planner' } as const, false],
  ['edit by a tester', ask('edit', ['test/a.ts']), { ...boxed, role: 'tester' } as const, true],
])('%s', (_name, request, facts, allow) => {
  expect(decidePermission(request, facts).allow).toBe(allow);
});

test('a denial says why', () => {
  expect(decidePermission(ask('edit', ['/etc/passwd']), boxed)).toEqual({ allow: false, reason: "/etc/passwd is outside the run's worktree" });
});
