import { describe, expect, it } from 'vitest';
import { chooseFiles, decideOwners, reworkFeedback } from './decide.rework.ts';

const fileDiff = (path: string, text: string): string =>
  `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-old\n+${text}\n`;
const head = 'a'.repeat(40);

describe('whose work is done again where a branch conflicts with its base', () => {
  const entry = (taskId: string, ...changes: Array<{ path: string; from?: string }>) => ({ taskId, document: { changes } });
  const landed = [entry('task_1', { path: 'b.ts', from: 'a.ts' }), entry('task_2', { path: 'c.ts' }), entry('pull_1', { path: 'd.ts' })];
  const owners = (conflicts: string[]) => decideOwners(conflicts, landed, { tasks: ['task_1', 'task_2', 'task_3'], written: ['*.lock'] });

  it.each([
    [['c.ts'], { tasks: ['task_2'], aside: ['c.ts'], unowned: [] }],
    [['a.ts'], { tasks: ['task_1'], aside: ['a.ts', 'b.ts'], unowned: [] }],
    [['b.ts'], { tasks: ['task_1'], aside: ['b.ts', 'a.ts'], unowned: [] }],
    [['c.ts', 'by-hand.ts'], { tasks: ['task_2'], aside: ['c.ts', 'by-hand.ts'], unowned: ['by-hand.ts'] }],
    [['d.ts'], { tasks: [], aside: ['d.ts'], unowned: ['d.ts'] }],
    [['yarn.lock'], { tasks: [], aside: ['yarn.lock'], unowned: [] }],
  ])('%j', (conflicts, expected) => expect(owners(conflicts)).toEqual(expected));
});

describe('what goes back to the agent of a change that was set aside', () => {
  it('of a conflict: the conflict, what landed meanwhile, and its own earlier work', () => {
    const text = reworkFeedback({
      quarantine: {
        kind: 'conflict',
        head,
        conflicts: [{ path: 'src/a.ts', message: 'CONFLICT (content)', base: 'old', ours: 'landed', theirs: 'mine' }],
      },
      own: fileDiff('src/a.ts', 'my line'),
      landed: fileDiff('src/a.ts', 'their line'),
      paths: ['src/a.ts'],
    });
    for (const part of ['CONFLICT (content)', 'What others landed', '+their line', 'What you had submitted', '+my line'])
      expect(text).toContain(part);
  });

  it('of failed checks: their output, and whose fault the queue found it to be', () => {
    const text = reworkFeedback({
      quarantine: {
        kind: 'checks_failed',
        head,
        checks: [{ name: 'test', command: 'npm test', exit_code: 1, output: 'expected 190' }],
        attribution: { kind: 'interaction', detail: 'It fails only together with cr_7.', with: ['cr_7'], runs: [] },
      },
      own: fileDiff('src/a.ts', 'my line'),
      landed: '',
      paths: ['src/a.ts'],
    });
    for (const part of ['expected 190', 'only together with cr_7', 'Nothing else landed', '+my line']) expect(text).toContain(part);
  });
});

describe('a diff that is too long', () => {
  const diff = [fileDiff('aaa.ts', 'x'.repeat(300)), fileDiff('src/mine.ts', 'mine'), fileDiff('zzz.ts', 'z')].join('');

  it('keeps the files the change touches before all others, and names those left out', () => {
    const text = chooseFiles(diff, ['src/mine.ts'], 150);
    expect(text).toContain('+mine');
    expect(text).not.toContain('xxx');
    expect(text).toContain('(also changed: aaa.ts');
  });

  it('cuts a single file that is too long by itself', () => {
    const text = chooseFiles(fileDiff('aaa.ts', 'x'.repeat(5000)), [], 400);
    expect(text.length).toBeLessThan(420);
    expect(text.endsWith('…')).toBe(true);
  });

  it('is told whole when it fits', () => {
    expect(chooseFiles(diff, [], 10_000)).toContain(`+${'x'.repeat(300)}`);
  });
});
