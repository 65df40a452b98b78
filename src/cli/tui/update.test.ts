import { describe, expect, it } from 'vitest';
import { sampleApproval, sampleRun, SAMPLE_NOW, sampleState } from '../../../test/kit/top-sample.ts';
import { keyOf } from './keys.ts';
import type { Effect, Key, Message, State } from './model.ts';
import { chosenRow, rowsOf } from './rows.ts';
import { update } from './update.ts';

/** Presses keys one after the other: names in brackets, letters as they are. */
function press(state: State, keys: string): { state: State; effects: Effect[] } {
  const effects: Effect[] = [];
  let now = state;
  for (const [, name, letter = ''] of keys.matchAll(/\[(\w+)\]|(.)/gsu)) {
    const key = { name: name ?? 'char', text: name === undefined ? letter : '' } as Key;
    const next = update(now, { kind: 'key', key });
    now = next.state;
    effects.push(...next.effects);
  }
  return { state: now, effects };
}
const then = (state: State, message: Message): State => update(state, message).state;
const loaded = (state: State, ids: string[]): State =>
  then(state, {
    kind: 'loaded',
    parts: { approvals: { value: (state.snapshot.approvals.value ?? []).filter(({ id }) => ids.includes(id)), problem: null } },
  });
const approvals = (given: Partial<State> = {}): State => sampleState(80, 24, { view: 'approvals', ...given });

describe('a decision', () => {
  it('asks for a reason, and is sent with what was read', () => {
    const { state, effects } = press(approvals(), 'ja');
    expect(effects).toEqual([]);
    expect(state.prompt).toMatchObject({ kind: 'decide', decision: 'approve', step: 'reason' });
    const sent = press(state, 'looks good[enter]');
    expect(sent.effects).toMatchObject([
      { kind: 'decide', decision: 'approve', chosen: [{ id: 'act_1', digest: 'd'.repeat(64) }], reason: 'looks good', confirm: null },
    ]);
    expect(sent.state).toMatchObject({ prompt: null, busy: true });
  });

  it('about high risk is sent only when the name was typed', () => {
    const asked = press(approvals(), 'a[enter]');
    expect(asked.state.prompt).toMatchObject({ step: 'name' });
    const wrong = press(asked.state, 'acme/sho[enter]');
    expect(wrong.effects).toEqual([]);
    expect(wrong.state.prompt).toMatchObject({ step: 'name', text: '' });
    expect(press(wrong.state, 'acme/shop[enter]').effects).toMatchObject([{ kind: 'decide', confirm: 'acme/shop' }]);
  });

  it('to decline needs no name', () => {
    expect(press(approvals(), 'dnot now[enter]').effects).toMatchObject([{ kind: 'decide', decision: 'decline', reason: 'not now', confirm: null }]);
  });

  it('is not made by Escape, nor twice while one is on its way', () => {
    expect(press(approvals(), 'jafine[escape][enter]').effects).toEqual([]);
    const busy = press(approvals(), 'ja[enter]').state;
    expect(press(busy, 'a[enter]').effects).toEqual([]);
  });

  it('that a person may not make is answered by why, and asked of nobody', () => {
    const state = approvals();
    const mine = sampleApproval({ you: { may_decide: false, why_not: { reason: 'You asked for it yourself.' }, voted: false } });
    const with_ = then(state, { kind: 'loaded', parts: { approvals: { value: [mine], problem: null } } });
    const { state: after, effects } = press(with_, 'a[enter]');
    expect({ prompt: after.prompt, effects }).toEqual({ prompt: null, effects: [] });
    expect(press(with_, 'a').state.notice?.text).toBe('You may not decide this. You asked for it yourself.');
  });

  it('of several of one kind is one, and never of high risk', () => {
    const marked = press(approvals(), 'j  ');
    expect([...marked.state.marked]).toEqual(['act_1', 'act_2']);
    expect(press(marked.state, 'a[enter]').effects).toMatchObject([{ kind: 'decide', chosen: [{ id: 'act_1' }, { id: 'act_2' }] }]);
    const other = press(marked.state, 'g ');
    expect([...other.state.marked]).toEqual(['act_1', 'act_2']);
    expect(other.state.notice?.text).toContain('one kind');
    const highs = [sampleApproval({ id: 'act_8', confirm: 'acme/shop' }), sampleApproval({ id: 'act_9', confirm: 'acme/shop' })];
    const both = press(then(approvals(), { kind: 'loaded', parts: { approvals: { value: highs, problem: null } } }), 'g  a');
    expect(both.state.prompt).toBeNull();
    expect(both.state.notice?.text).toBe('High risk is approved one at a time.');
  });

  it('made elsewhere takes the question away', () => {
    const asked = press(approvals(), 'jahalf a rea').state;
    const after = loaded(asked, ['act_2', 'act_3']);
    expect(after.prompt).toBeNull();
    expect(after.notice?.text).toContain('decided elsewhere');
    // What is typed on does not decide about another.
    expect(press(after, 'son[enter]').effects).toEqual([]);
  });

  it('made elsewhere about some of many leaves the rest', () => {
    const asked = press(approvals(), 'j  a').state;
    expect(loaded(asked, ['act_2', 'act_3']).prompt).toMatchObject({ chosen: [{ id: 'act_2' }] });
  });
});

describe('what is chosen', () => {
  it('stays chosen when others come before it', () => {
    const second = press(approvals(), 'j').state;
    const more = [sampleApproval({ id: 'act_0' }), ...(second.snapshot.approvals.value ?? [])];
    expect(chosenRow(then(second, { kind: 'loaded', parts: { approvals: { value: more, problem: null } } }))?.id).toBe('act_1');
    // Also the first, that nobody has moved to.
    expect(chosenRow(then(approvals(), { kind: 'loaded', parts: { approvals: { value: more, problem: null } } }))?.id).toBe('act_3');
  });

  it('is its neighbour when it is gone, and never opens that one by itself', () => {
    const open = press(approvals(), 'j[enter]').state;
    expect(open.opened).toBe(true);
    const after = loaded(open, ['act_2', 'act_3']);
    expect({ opened: after.opened, id: chosenRow(after)?.id }).toEqual({ opened: false, id: 'act_2' });
    expect(after.notice?.text).toContain('gone');
  });

  it('leads from a list to where it is shown whole, and back', () => {
    const run = press(sampleState(80, 24), 'G'); // a target of the queue is last
    expect(press(run.state, '[enter]').state).toMatchObject({ view: 'queue', opened: true, back: 'overview' });
    const there = press(sampleState(80, 24), '[enter]').state;
    expect(there).toMatchObject({ view: 'approvals', opened: true, chosen: { approvals: 'act_3' } });
    expect(press(there, '[escape]').state).toMatchObject({ view: 'overview', opened: false });
    const problem = press(sampleState(80, 24, { view: 'problems' }), '[enter]').state;
    expect(problem).toMatchObject({ view: 'queue', opened: true, chosen: { queue: 'chg_8' } });
  });

  it('is never a heading', () => {
    const state = sampleState(80, 24);
    const seen = new Set<string>();
    let now = state;
    for (let step = 0; step < 12; step += 1) {
      seen.add(chosenRow(now)?.kind ?? '');
      now = press(now, 'j').state;
    }
    expect([...seen].toSorted()).toEqual(['approval', 'escalation', 'question', 'run', 'target']);
  });
});

describe('a filter', () => {
  it('follows each letter, keeps no heading without a row, and Escape takes it away', () => {
    const typed = press(sampleState(80, 24), '/search').state;
    expect(rowsOf(typed).map((row) => row.id)).toEqual(['live', 'run_1']);
    expect(press(typed, '[enter]').state).toMatchObject({ prompt: null, filter: 'search' });
    expect(press(typed, '[escape]').state).toMatchObject({ prompt: null, filter: '' });
  });

  it('does not hide what a row of another view leads to', () => {
    const there = press(sampleState(80, 24, { filter: 'express', view: 'problems' }), '[enter]').state;
    expect(chosenRow(there)?.id).toBe('chg_8');
  });
});

describe('a run', () => {
  it('is stopped after a yes', () => {
    const asked = press(sampleState(80, 24, { view: 'runs' }), 's');
    expect(asked.effects).toEqual([]);
    expect(press(asked.state, 'n').effects).toEqual([]);
    expect(press(asked.state, 'y').effects).toEqual([{ kind: 'stop', runId: 'run_1' }]);
  });

  it('that has ended is not asked about', () => {
    expect(press(sampleState(80, 24, { view: 'runs' }), 'js').state).toMatchObject({ prompt: null, notice: { text: 'It has ended already.' } });
  });

  it('has its log to the end, and scrolls away from there', () => {
    const lines = Array.from({ length: 60 }, (_, at) => ({ line: at + 1, at: '2026-03-02T09:54:00.000Z', kind: 'note', text: `line ${at + 1}` }));
    const open = press(sampleState(80, 24, { view: 'runs' }), '[enter]').state;
    const read = then(open, { kind: 'logged', runId: 'run_1', lines, problem: null });
    const again = then(read, { kind: 'logged', runId: 'run_1', lines: lines.slice(-3), problem: null });
    expect(again.log?.lines).toHaveLength(60);
    expect(press(again, 'kk').state.scroll).toBe(2);
    expect(press(again, 'kkjjj').state.scroll).toBe(0);
  });
});

describe('keys', () => {
  it('are understood as terminals send them', () => {
    expect(keyOf('a', { name: 'a', sequence: 'a' })).toEqual({ name: 'char', text: 'a' });
    expect(keyOf('é', { sequence: 'é' })).toEqual({ name: 'char', text: 'é' });
    expect(keyOf('\r', { name: 'return' })).toEqual({ name: 'enter', text: '' });
    expect(keyOf('\t', { name: 'tab', shift: true })).toEqual({ name: 'backtab', text: '' });
    expect(keyOf('\u0003', { name: 'c', ctrl: true })).toEqual({ name: 'quit', text: '' });
    expect(keyOf(' ', { name: 'space' })).toEqual({ name: 'char', text: ' ' });
    expect(keyOf('\u0000', { name: '`', ctrl: true })).toBeNull();
    expect(keyOf('x', { name: 'x', meta: true })).toBeNull();
  });

  it('show the address of what is chosen', () => {
    const addressOf = (state: State, keys = ''): unknown => press(state, `${keys}o`).state.prompt;
    expect(addressOf(approvals())).toEqual({ kind: 'address', url: 'http://127.0.0.1:4000/approvals/act_3' });
    expect(addressOf(sampleState(80, 24, { view: 'runs' }))).toMatchObject({ url: 'http://127.0.0.1:4000/runs/run_1' });
    expect(addressOf(sampleState(80, 24, { view: 'problems' }))).toMatchObject({ url: 'http://127.0.0.1:4000/queue/chg_8' });
  });

  it('leave, also out of a question', () => {
    expect(press(approvals(), 'q').effects).toEqual([{ kind: 'quit' }]);
    expect(press(approvals(), 'a[quit]').effects).toEqual([{ kind: 'quit' }]);
    // A letter that is typed is not a command.
    expect(press(approvals(), 'aq').effects).toEqual([]);
  });
});

describe('what is stuck', () => {
  it('begins with what holds everything', () => {
    const state = sampleState(80, 24, { view: 'problems', link: { kind: 'stale', heardAt: SAMPLE_NOW, why: 'The server does not answer.' } });
    expect(rowsOf(state)[0]).toMatchObject({ problem: { tone: 'alarm', why: 'The server does not answer.' } });
  });

  it('does not hold a run that failed against a later one of the same task that did not', () => {
    const failed = sampleRun({ id: 'run_0', state: 'failed', ended_at: new Date(SAMPLE_NOW - 60_000).toISOString() });
    const of = (value: ReturnType<typeof sampleRun>[]): string[] =>
      rowsOf(then(sampleState(80, 24, { view: 'problems' }), { kind: 'loaded', parts: { runs: { value, problem: null } } })).map(({ id }) => id);
    expect(of([failed])).toContain('run run_0');
    expect(of([sampleRun({ state: 'succeeded' }), failed])).not.toContain('run run_0');
  });
});
