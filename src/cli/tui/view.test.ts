import { describe, expect, it } from 'vitest';
import { sampleApproval, sampleDetail, sampleQuestion, sampleRun, SAMPLE_NOW, sampleState } from '../../../test/kit/top-sample.ts';
import type { LogLineBody } from './bodies.ts';
import { textOf } from './frame.ts';
import { VIEWS, type State } from './model.ts';
import { glyphsOf, widthOf } from './text.ts';
import { logRows } from './view.log.ts';
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
const chosenIs = (approvals: string): State['chosen'] => ({ overview: null, runs: null, queue: null, approvals, problems: null });

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
    const { value } = sampleDetail(approval, {
      parts: [{ path: 'args.title', label: 'Title', text: 'Zero\u200bwidth', before: 'Old', hidden: 1, only_shown: false }],
      undo: { sentence: 'Once done, a person takes it back: reeve queue rollback ID' },
    });
    const file = { path: 'src/cart.js', from: null, status: 'M', added: 1, deleted: 1, hunks: '@@ -1 +1 @@\n-old\n+new\u202e', cut: false };
    const changes = { unavailable: null, onto: 'main', files: 1, added: 1, deleted: 1, items: [file], next_cursor: null };
    const state = sampleState(80, 40, {
      view: 'approvals',
      opened: true,
      details: new Map([['act_3', { value: value === null ? null : { ...value, changes }, problem: null }]]),
    });
    await expect(shown(state)).toMatchFileSnapshot('__snapshots__/approval-80x40.txt');
  });

  it('a question is asked in the last rows, with the cursor where a person types', () => {
    const chosen = [sampleApproval({ confirm: 'acme/shop', headline: 'Merge' })];
    const details = new Map(chosen.map((one) => [one.id, sampleDetail(one)]));
    const prompt = { kind: 'decide', decision: 'approve', chosen, step: 'name', text: 'acme', reason: '' } as const;
    const frame = view(sampleState(80, 24, { prompt, details }));
    const lines = textOf(frame).split('\n');
    expect(lines.slice(-3)).toEqual([' High risk. Type acme/shop to approve: Merge', ' name acme', ' Enter approves · Esc keeps it waiting']);
    expect(frame.cursor).toEqual({ x: 10, y: 22 });
  });

  it('a question says that what would happen is not read yet, and names the offered answer that a number stands for', () => {
    const ask = (prompt: State['prompt'], given: Partial<State> = {}): string[] =>
      shown(sampleState(80, 24, { prompt, ...given }))
        .split('\n')
        .slice(-3);
    const approval = sampleApproval();
    const decide = { kind: 'decide', decision: 'approve', chosen: [approval], step: 'reason', text: '', reason: '' } as const;
    expect(ask(decide)[2]).toContain('still being read');
    expect(ask(decide, { details: new Map([[approval.id, sampleDetail(approval)]]) })[2]).toContain('Enter approves');
    expect(ask({ kind: 'answer', question: sampleQuestion(), text: '2' })[2]).toBe(' Enter answers: Half even');
    expect(ask({ kind: 'answer', question: sampleQuestion(), text: '3' })[2]).toContain('Enter answers · Esc');
    const narrow = view(sampleState(40, 12, { prompt: { kind: 'answer', question: sampleQuestion(), text: 'what I type' } }));
    expect(textOf(narrow)).toContain(' answer what I type');
    expect(narrow.cursor).toEqual({ x: 19, y: 11 });
    const problem = `It does not fit: ${'a long sentence, '.repeat(8)}to its end.`;
    const unfit = {
      prompt: { kind: 'unfit', approval, written: '{', problem },
      view: 'approvals',
      opened: true,
      chosen: chosenIs(approval.id),
    } as const;
    expect(shown(sampleState(80, 24, unfit)).replaceAll(/\s+/g, ' ')).toContain(problem);
  });

  it('what was written in the place of arguments is shown beside them before it is sent', () => {
    const approval = sampleApproval();
    const change = { args: { body: 'New' }, leaving: { body: 'New\u202e' }, verdict: 'It would be decided anew, low risk.', written: '' };
    const text = shown(
      sampleState(80, 24, { view: 'approvals', opened: true, chosen: chosenIs(approval.id), prompt: { kind: 'modify', approval, change, text: '' } }),
    );
    expect(text).toContain('- The tests pass.');
    expect(text).toContain('+ New\\u202e');
    expect(text).toContain('It would be decided anew, low risk.');
  });

  it('why the files of a change are not shown is shown', () => {
    const approval = sampleApproval();
    const { value } = sampleDetail(approval);
    const of = (changes: string): string =>
      shown(
        sampleState(80, 24, {
          view: 'approvals',
          opened: true,
          chosen: chosenIs(approval.id),
          details: new Map([[approval.id, { value: value === null ? null : { ...value, changes }, problem: null }]]),
        }),
      );
    expect(of('The server does not answer.')).toContain('What it changes could not be read. The server does not answer.');
  });

  it('the way to the list of keys is always named, and that list scrolls where it is longer than the screen', () => {
    for (const [cols, rows] of SIZES) for (const name of VIEWS) expect(shown(sampleState(cols, rows, { view: name }))).toContain('? help');
    expect(shown(sampleState(80, 24, { help: true }))).toMatch(/Ctrl-L[\s\S]*UTC\.[\s\S]* any other key goes back$/);
    // On a narrow screen nothing of it is cut off, and the keys are those of the list of keys.
    const narrow = [0, 9, 18, 27].map((helpScroll) => shown(sampleState(40, 12, { help: true, helpScroll })));
    expect(narrow.filter((text) => text.includes('…') || !text.endsWith(' j k scroll · any other key goes back'))).toEqual([]);
    expect(narrow.join('\n')).toMatch(/approve what is chosen or\n +marked; high risk asks[\s\S]*UTC\./);
  });

  it('of more than are read the true number is said, and what runs out first and the agents at work stay on the screen', () => {
    const many = Array.from({ length: 200 }, (_, at) => sampleApproval({ id: `act_${at}`, expires_at: '2026-03-08T10:00:00Z' }));
    const soon = sampleApproval({ id: 'act_soon', headline: 'Runs out first', expires_at: '2026-03-02T10:05:00Z' });
    const base = sampleState(80, 24, {});
    const { home } = base.snapshot;
    if (home.value === null) throw new Error('no home');
    const counts = { ...home.value.approvals, count: 304, all: 309 };
    const snapshot: State['snapshot'] = {
      ...base.snapshot,
      approvals: { value: [...many, soon], problem: null },
      home: { value: { ...home.value, approvals: counts }, problem: null },
    };
    for (const [cols, rows] of SIZES) {
      const overview = shown(sampleState(cols, rows, { snapshot }));
      expect(overview).toMatch(/4 (Approvals )?309/);
      expect(overview).toMatch(
        /Needs you 306[^\n]*\n[^\n]*Runs out first[^\n]*\n[^\n]*\? asks {3}claude[^]*#6 Checkout[^]* more: see [^]*Agents at work 1[^]*running/,
      );
    }
    const text = shown(sampleState(80, 24, { snapshot, view: 'approvals', chosen: chosenIs('act_soon') }));
    expect(text).toContain('108 more wait than are shown here: reeve approvals');
    const unknown = { ...snapshot, home: { value: null, problem: null } };
    expect(shown(sampleState(80, 24, { snapshot: unknown }))).toMatch(/4 (Approvals )?200\+[^]*Needs you 201\+/);
  });

  it('a run says whether it was shut in and whether the network was open, in the tense and with the keys of one that has ended', () => {
    const of = (given: Partial<ReturnType<typeof sampleRun>>): string => {
      const state = sampleState(80, 24, { view: 'runs', opened: true });
      return shown({ ...state, snapshot: { ...state.snapshot, runs: { value: [sampleRun(given)], problem: null } } });
    };
    expect(of({})).toMatch(/It runs in a sandbox \(bwrap\), the network sealed\.[^]* s stop/);
    const ended = of({ sealed: false, state: 'succeeded', ended_at: '2026-03-02T09:59:00Z' });
    expect(ended).toContain('It ran in a sandbox (bwrap), the network open.');
    expect(ended).not.toContain('s stop');
    expect(of({ sandbox: 'none', sealed: false })).toContain('It runs without a sandbox, with the network open.');
  });
});

it('what an agent said before is not broken into rows again with each line that comes', () => {
  const lines = LOG?.lines ?? [];
  const before = logRows([...lines], 60);
  const after = logRows([...lines, { line: 6, at: '2026-03-02T09:54:10.000Z', kind: 'note', text: 'more' }], 60);
  expect(after).toHaveLength(before.length + 1);
  expect(after.slice(0, before.length).every((line, at) => line === before[at])).toBe(true);
});

describe('a screen never lies about how fresh it is', () => {
  it('says stale in the corner and since when, while the facts of before stay', () => {
    const link = { kind: 'stale', heardAt: SAMPLE_NOW - 12_000, why: 'The server at http://127.0.0.1:4000 does not answer.' } as const;
    const text = shown(sampleState(80, 24, { link }));
    expect(text).toContain('▲ STALE 12 s');
    expect(text).toContain('The server does not answer. This is from 09:59:48 UTC.');
    expect(text).toContain('Merge pull request #13');
  });

  it('says in full that nobody is let in with this token, in every view, and shows nothing as if it were read', () => {
    const why = 'The token is unknown, expired or revoked. Send "Authorization: Bearer <token>" with one that is not.';
    const link = { kind: 'refused', heardAt: null, why } as const;
    for (const [cols, rows] of SIZES)
      for (const name of VIEWS) {
        const text = shown(sampleState(cols, rows, { link, view: name }));
        expect(text.replaceAll(/\s+/g, ' ')).toContain(why);
        expect(text).toMatch(/▲ NOT LET IN[^]*reeve login/);
        expect(text).not.toMatch(/ready|Checkout|a approve/);
      }
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

  it('has no ink it does not show, no tower of marks, and letters that are written together stay readable', () => {
    const of = (text: string): string =>
      glyphsOf(text)
        .map((glyph) => glyph.text)
        .join('');
    expect(of('a\u3164b\u2800c\u{e0141}d')).toBe('a\\u3164b\\u2800c\\ue0141d');
    expect(of(`A${'\u0301'.repeat(30)}`)).not.toMatch(/\u0301/);
    expect(of('हिन्दी ⚠️ 👍🏽 e\u0301')).toBe('हिन्दी ⚠️ 👍🏽 e\u0301');
  });
});
