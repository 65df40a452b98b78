import { describe, expect, it } from 'vitest';
import { chooseFiles, reworkFeedback } from './decide.rework.ts';

const fileDiff = (path: string, text: string): string =>
  `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-old\n+${text}\n`;
const head = 'a'.repeat(40);

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
