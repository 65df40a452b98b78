import { describe, expect, it } from 'vitest';
import { sampleApproval, sampleRun, SAMPLE_NOW, sampleState } from '../../../test/kit/top-sample.ts';
import type { LogLineBody } from './bodies.ts';
import { textOf } from './frame.ts';
import { VIEWS, type State } from './model.ts';
import { widthOf } from './text.ts';
import { view } from './view.ts';

const SIZES: ReadonlyArray<[number, number]> = [
  [80, 24],
  [120, 40],
  [40, 12],
];
const LOG: State['log'] = {
  runId: 'run_1',
  problem: null,
  lines: [
    { line: 1, at: '2026-03-02T09:54:00.000Z', kind: 'state', state: 'running' },
    { line: 2, at: '2026-03-02T09:54:01.000Z', kind: 'agent', event: { kind: 'text', text: 'I look at ' } },
    { line: 3, at: '2026-03-02T09:54:01.000Z', kind: 'agent', event: { kind: 'text', text: 'the search first.' } },
    {
      line: 4,
      at: '2026-03-02T09:54:02.000Z',
      kind: 'agent',
      event: { kind: 'tool', title: 'Edit src/catalog.js', status: 'completed', edits: [{ path: 'src/catalog.js', before: 'a', after: 'b' }] },
    },
    { line: 5, at: '2026-03-02T09:54:09.000Z', kind: 'check', name: 'test', exit_code: 1, output: 'not ok 1 \u001b[2J- search' },
  ],
};
const shown = (state: State): string => textOf(view(state));

describe('every view fills the screen it is given', () => {
  for (const [cols, rows] of SIZES)
    for (const name of VIEWS)
      it(`${name} at ${cols}x${rows}`, async () => {
        const text = shown(sampleState(cols, rows, { view: name, log: LOG }));
        const lines = text.split('\n');
        expect(lines).toHaveLength(rows);
        expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(cols);
        await expect(text).toMatchFileSnapshot(`__snapshots__/${name}-${cols}x${rows}.txt`);
      });

  it('an approval that is open shows exactly what would be sent, what it changes, and its digest', async () => {
    const approval = sampleApproval({
      id: 'act_3',
      headline: 'Merge pull request #13 of acme/shop into main',
      risk: 'high',
      warning: 'Reeve could go around the protection.',
    });
    const detail = {
      approval,
      parts: [{ path: 'args.title', label: 'Title', text: 'Zero\u200bwidth', before: 'Old', hidden: 1, only_shown: false }],
      eligible: [],
      undo: { sentence: 'Once done, a person takes it back: reeve queue rollback ID' },
    };
    const file = { path: 'src/cart.js', from: null, status: 'M', added: 1, deleted: 1, hunks: '@@ -1 +1 @@\n-old\n+new\u202e', cut: false };
    const changes = { unavailable: null, onto: 'main', files: 1, added: 1, deleted: 1, items: [file], next_cursor: null };
    const state = sampleState(80, 40, {
      view: 'approvals',
      opened: true,
      details: new Map([['act_3', { value: { detail, changes }, problem: null }]]),
    });
    await expect(shown(state)).toMatchFileSnapshot('__snapshots__/approval-80x40.txt');
  });

  it('a question is asked in the last rows, with the cursor where a person types', () => {
    const chosen = [sampleApproval({ confirm: 'acme/shop', headline: 'Merge' })];
    const frame = view(sampleState(80, 24, { prompt: { kind: 'decide', decision: 'approve', chosen, step: 'name', text: 'acme', reason: '' } }));
    const lines = textOf(frame).split('\n');
    expect(lines.slice(-3)).toEqual([' High risk. Type acme/shop to approve: Merge', ' name acme', ' Enter approves · Esc keeps it waiting']);
    expect(frame.cursor).toEqual({ x: 10, y: 22 });
  });
});

describe('a screen never lies about how fresh it is', () => {
  it('says stale in the corner and since when, while the facts of before stay', () => {
    const link = { kind: 'stale', heardAt: SAMPLE_NOW - 12_000, why: 'The server at http://127.0.0.1:4000 does not answer.' } as const;
    const text = shown(sampleState(80, 24, { link }));
    expect(text).toContain('▲ STALE 12 s');
    expect(text).toContain('The server does not answer. This is from 09:59:48 UTC.');
    expect(text).toContain('Merge pull request #13');
  });

  it('tells what may not be read apart from what is not there', () => {
    const state = sampleState(80, 24, { view: 'approvals' });
    const snapshot = { ...state.snapshot, approvals: { value: null, problem: 'You may not see this.' } };
    expect(shown({ ...state, snapshot })).toContain('You may not see this.');
    expect(shown({ ...state, snapshot: { ...state.snapshot, approvals: { value: null, problem: null } } })).toContain('Reading…');
    expect(shown({ ...state, snapshot: { ...state.snapshot, approvals: { value: [], problem: null } } })).toContain('Nothing waits for a decision.');
  });
});

describe('what others wrote', () => {
  it('moves no cursor and hides nothing, wherever it is shown', () => {
    const evil = 'A\u001b[2J\u0007\u202eB\u200b\u009b31mC\r\nD\tE';
    const log: LogLineBody[] = [{ line: 1, at: '2026-03-02T09:54:00.000Z', kind: 'agent', event: { kind: 'text', text: evil } }];
    const base = sampleState(100, 30, { log: { runId: 'run_1', lines: log, problem: evil }, filter: '' });
    const snapshot: State['snapshot'] = {
      ...base.snapshot,
      approvals: {
        value: [sampleApproval({ headline: evil, card: evil, why: evil, notes: [{ kind: evil, by: evil, text: evil, at: evil }] })],
        problem: null,
      },
      runs: { value: [sampleRun({ agent: evil, task_title: evil, detail: evil, repository: evil, state: evil })], problem: null },
    };
    for (const name of VIEWS)
      for (const opened of [false, true]) {
        const text = shown({ ...base, snapshot, view: name, opened });
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }
    expect(shown({ ...base, snapshot, view: 'approvals' })).toContain('A\\u001b[2J\\u0007\\u202eB\\u200b');
  });
});
