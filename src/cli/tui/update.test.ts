import { describe, expect, it } from 'vitest';
import { sampleApproval, sampleDetail, sampleQuestion, sampleRun, SAMPLE_NOW, sampleState } from '../../../test/kit/top-sample.ts';
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
/** All of them read. */
function approvals(given: Partial<State> = {}): State {
  const state = sampleState(80, 24, { view: 'approvals', ...given });
  return { ...state, details: new Map((state.snapshot.approvals.value ?? []).map((one) => [one.id, sampleDetail(one)])) };
}

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
    expect(after.prompt).toMatchObject({ kind: 'gone', text: expect.stringContaining('decided elsewhere') });
    // What is typed on does not decide about another, whatever its letters mean as keys.
    const typed = press(after, 'son, a yes, and q[enter]');
    expect(typed.effects).toEqual([]);
    expect(typed.state.prompt).toBeNull();
  });

  it('shows all of what would happen, and is not yes before that was read', () => {
    const unread = { ...approvals(), details: new Map() };
    const asked = press(unread, 'ja').state;
    expect(asked).toMatchObject({ opened: true, prompt: { kind: 'decide' } });
    const early = press(asked, 'fine[enter]');
    expect(early.effects).toEqual([]);
    expect(early.state.prompt).toMatchObject({ text: 'fine' });
    const [, second] = unread.snapshot.approvals.value ?? [];
    if (second === undefined) throw new Error('no second approval');
    const read = then(early.state, { kind: 'detailed', id: second.id, part: sampleDetail(second) });
    expect(press(read, '[enter]').effects).toMatchObject([{ kind: 'decide', chosen: [{ id: second.id }], reason: 'fine' }]);
    // A no needs no reading.
    expect(press(unread, 'jd[enter]').effects).toMatchObject([{ kind: 'decide', decision: 'decline' }]);
  });

  it('is refused where what was read has another digest than what is in the list', () => {
    const state = approvals();
    const [first] = state.snapshot.approvals.value ?? [];
    if (first === undefined) throw new Error('no approval');
    const other = { ...state, details: new Map([[first.id, sampleDetail({ ...first, digest: 'e'.repeat(64), confirm: null })]]) };
    const pressed = press(other, 'a[enter]acme/shop[enter]');
    expect(pressed.effects).toEqual([]);
    expect(pressed.state.notice?.text).toContain('not what would be decided');
  });

  it('takes what is pasted as one line, which is no Enter and no command', () => {
    const paste = (state: State, text: string) => update(state, { kind: 'key', key: { name: 'paste', text } });
    const asked = press(approvals(), 'ja').state;
    const pasted = paste(asked, 'one\r\ntwo\n');
    expect(pasted.effects).toEqual([]);
    expect(pasted.state.prompt).toMatchObject({ text: 'one two' });
    expect(paste(approvals(), 'a\r\rq')).toMatchObject({ effects: [], state: { prompt: null } });
    // What no key types is a blank.
    expect(paste(asked, 'a\u0003b\u001b[2Jc\u0085d').state.prompt).toMatchObject({ text: 'a b [2Jc d' });
  });

  it('is scrolled while it is asked about', () => {
    const state = approvals();
    const [first] = state.snapshot.approvals.value ?? [];
    if (first === undefined) throw new Error('no approval');
    const long = { path: 'args.body', label: 'Body', text: 'line\n'.repeat(80), before: null, hidden: 0, only_shown: false };
    const asked = press({ ...state, details: new Map([[first.id, sampleDetail(first, { parts: [long] })]]) }, 'a').state;
    const down = press(asked, '[pagedown][pagedown][up]').state;
    expect(down.scroll).toBeGreaterThan(10);
    expect(down.prompt).toMatchObject({ kind: 'decide', text: '' });
  });

  it('made elsewhere about some of many leaves the rest', () => {
    const asked = press(approvals(), 'j  a').state;
    const left = loaded(asked, ['act_2', 'act_3']);
    expect(left).toMatchObject({ opened: true, chosen: { approvals: 'act_2' }, prompt: { chosen: [{ id: 'act_2' }] } });
    expect(press(left, '[enter]').effects).toMatchObject([{ kind: 'decide', chosen: [{ id: 'act_2' }] }]);
  });

  it('about one that is marked shows that one, also where the filter hides it', () => {
    const marked = press(approvals(), 'j /#14[enter]').state;
    expect(chosenRow(marked)?.id).toBe('act_2');
    const asked = press(marked, 'a');
    expect(asked.state).toMatchObject({ opened: true, chosen: { approvals: 'act_1' }, prompt: { chosen: [{ id: 'act_1' }] } });
    expect(chosenRow(asked.state)?.id).toBe('act_1');
  });
});

describe('other arguments', () => {
  const EDITOR = { has: { browser: false, editor: true } };
  const change = { args: { body: 'New' }, leaving: { body: 'New' }, verdict: 'It would be decided anew.', written: '{"body":"New"}' };

  it('are written in an editor, shown, and sent after a yes, with the digest of what they replace', () => {
    const asked = press(approvals(EDITOR), 'jm');
    expect(asked.effects).toMatchObject([{ kind: 'edit', approval: { id: 'act_1' }, written: null }]);
    const [effect] = asked.effects;
    if (effect?.kind !== 'edit') throw new Error('no editor');
    const back = then(asked.state, { kind: 'edited', approval: effect.approval, outcome: { kind: 'ready', change } });
    expect(back).toMatchObject({ busy: false, opened: true, prompt: { kind: 'modify' } });
    expect(press(back, '[escape]')).toMatchObject({ effects: [], state: { notice: { text: 'Nothing was changed.' } } });
    expect(press(back, '[tab]').effects).toMatchObject([{ kind: 'edit', written: '{"body":"New"}' }]);
    const sent = press(back, 'shorter[enter]');
    expect(sent.effects).toMatchObject([
      { kind: 'modify', approval: { id: 'act_1', digest: 'd'.repeat(64) }, args: { body: 'New' }, reason: 'shorter' },
    ]);
    // What stands in its place is asked about at once, whether the list has it yet or is too short for it.
    const next = sampleApproval({ id: 'act_9', digest: 'e'.repeat(64), supersedes: 'act_1' });
    const asks = then(sent.state, { kind: 'replaced', approval: next });
    const asked9 = { opened: true, busy: false, prompt: { kind: 'decide', decision: 'approve', chosen: [{ id: 'act_9' }] } };
    expect(asks).toMatchObject(asked9);
    expect(rowsOf(asks).map(({ id }) => id)).toEqual(['act_3', 'act_2', 'act_9']);
    expect(press(asks, '[enter]').effects).toEqual([]);
    const list = (value: ReturnType<typeof sampleApproval>[], looked: string | null) =>
      ({ kind: 'loaded', looked, parts: { approvals: { value, problem: null } } }) as const;
    const many = Array.from({ length: 200 }, (_, at) => sampleApproval({ id: `act_m${at}` }));
    // Readings that were begun before it stood there do not know of it; one that asked for it does.
    for (const early of [[sampleApproval({ id: 'act_3' })], many]) {
      const kept = then(asks, list(early, 'act_1'));
      expect(kept).toMatchObject(asked9);
      expect(then(kept, list(early, 'act_9')).prompt).toMatchObject({ kind: 'gone' });
      expect(then(kept, list([...early, next], 'act_9'))).toMatchObject(asked9);
    }
  });

  it('wait for an answer without taking what is typed for keys', () => {
    const busy = { ...approvals(EDITOR), busy: true };
    const typed = press(busy, 'iWhy now? a d q and so on');
    expect(typed).toMatchObject({
      effects: [],
      state: { help: false, busy: true, prompt: { kind: 'gone', text: expect.stringContaining('on its way') } },
    });
    expect([...typed.state.marked]).toEqual([]);
    expect(press(typed.state, '[enter]').state.prompt).toBeNull();
    // What comes of it meanwhile is told, and not asked about over what is typed.
    const next = sampleApproval({ id: 'act_9' });
    const told = then(typed.state, { kind: 'replaced', approval: next });
    expect(told).toMatchObject({ busy: false, prompt: { kind: 'gone' }, notice: { text: expect.stringContaining('act_9') } });
    // A page that opens meanwhile changes nothing of it.
    expect(press({ ...busy, has: { browser: true, editor: true } }, 'o').effects).toMatchObject([{ kind: 'browse' }]);
    expect(press(busy, 'q').effects).toEqual([{ kind: 'quit' }]);
  });

  it('that do not fit lead back to the editor with what was written, or change nothing', () => {
    const asked = press(approvals(EDITOR), 'jm');
    const [effect] = asked.effects;
    if (effect?.kind !== 'edit') throw new Error('no editor');
    const unfit = { kind: 'unfit', written: '{', problem: 'It is no JSON.' } as const;
    const back = then(asked.state, { kind: 'edited', approval: effect.approval, outcome: unfit });
    expect(press(back, 'xq').state.prompt).toMatchObject({ kind: 'unfit' });
    expect(press(back, '[enter]').effects).toMatchObject([{ kind: 'edit', written: '{' }]);
    expect(press(back, '[escape]').effects).toEqual([]);
    const gone = loaded(asked.state, ['act_2', 'act_3']);
    expect(then(gone, { kind: 'edited', approval: effect.approval, outcome: unfit }).prompt).toMatchObject({ kind: 'gone' });
  });

  it('are not written of what was not read, where nothing may be changed, and without an editor', () => {
    const tell = (state: State): string | undefined => {
      const { effects, state: after } = press(state, 'jm');
      expect(effects).toEqual([]);
      return after.notice?.text;
    };
    expect(tell(approvals())).toContain('EDITOR');
    expect(tell({ ...approvals(EDITOR), details: new Map() })).toContain('still being read');
    const [, second] = approvals().snapshot.approvals.value ?? [];
    if (second === undefined) throw new Error('no second approval');
    const fixed = new Map([[second.id, sampleDetail(second, { modify: { possible: false, why_not: 'A merge has nothing to change.' } })]]);
    expect(tell({ ...approvals(EDITOR), details: fixed })).toBe('A merge has nothing to change.');
  });
});

describe('a question', () => {
  it('about an approval goes to whoever asked for it, and is not sent empty', () => {
    const asked = press(approvals(), 'ji').state;
    expect(press(asked, 'Why now?[enter]').effects).toEqual([{ kind: 'note', as: 'question', id: 'act_1', text: 'Why now?' }]);
    expect(press(asked, '  [enter]')).toMatchObject({ effects: [], state: { prompt: null, notice: { text: 'Nothing was sent.' } } });
    expect(press(approvals(), 'jr').state.notice?.text).toBe('Nobody asks anything about this.');
    const noted = sampleApproval({ notes: [{ kind: 'question', by: 'ann', text: 'Why?', at: '2026-03-02T09:00:00Z' }] });
    const state = then(approvals(), { kind: 'loaded', parts: { approvals: { value: [noted], problem: null } } });
    expect(press(state, 'rSo that[enter]').effects).toEqual([{ kind: 'note', as: 'answer', id: 'act_1', text: 'So that' }]);
  });

  it('of an agent is answered in words or by the number of an offered answer, from its own row and from its run', () => {
    const questions = new Map([['qst_1', { value: sampleQuestion(), problem: null }]]);
    const overview = sampleState(80, 24, { questions, filter: 'rounding' });
    expect(press(overview, 'rDown[enter]').effects).toEqual([{ kind: 'answer', id: 'qst_1', agent: 'claude', text: 'Down' }]);
    expect(press(overview, 'r2[enter]').effects).toMatchObject([{ text: 'Half even' }]);
    expect(press(overview, 'r7[enter]').effects).toMatchObject([{ text: '7' }]);
    const asking = { runs: { value: [sampleRun({ question_id: 'qst_1' })], problem: null } };
    const runs = then(sampleState(80, 24, { view: 'runs', questions }), { kind: 'loaded', parts: asking });
    expect(press(runs, 'rUp[enter]').effects).toMatchObject([{ kind: 'answer', id: 'qst_1', text: 'Up' }]);
    expect(press(sampleState(80, 24, { filter: 'rounding' }), 'rUp[enter]').effects).toEqual([]);
  });
});

describe('what is chosen', () => {
  it('is nothing while nobody is let in: no key reaches what is not shown', () => {
    const state = approvals({ link: { kind: 'refused', heardAt: null, why: 'The token is unknown.' } });
    expect(press(state, 'a[enter]')).toMatchObject({ effects: [], state: { prompt: null, opened: false } });
    expect(press(state, '?').state.help).toBe(true);
    expect(press(state, 'q').effects).toEqual([{ kind: 'quit' }]);
  });

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
    // The key that was meant for it reaches nothing.
    expect(after.prompt).toMatchObject({ kind: 'gone' });
    expect(press(after, 'a[enter]')).toMatchObject({ effects: [], state: { prompt: null } });
  });

  it('leads from a list to where it is shown whole, and back', () => {
    const run = press(sampleState(80, 24), 'G'); // a target of the queue is last
    expect(press(run.state, '[enter]').state).toMatchObject({ view: 'queue', opened: true, back: 'overview' });
    const there = press(sampleState(80, 24), 'jj[enter]').state;
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

  it('finds what the screen shows of a row, and nothing of its ids, digests and arguments', () => {
    const bulk = Array.from({ length: 25 }, (_, at) =>
      sampleApproval({
        id: `act_19_${at}`,
        digest: '19'.repeat(32),
        headline: `Close issue #${at} of acme/bulk`,
        card: '19',
        expires_at: '2026-03-19T10:00:00Z',
      }),
    );
    const state = then(approvals(), { kind: 'loaded', parts: { approvals: { value: bulk, problem: null } } });
    expect(rowsOf(press(state, '/bulk 19').state).map(({ id }) => id)).toEqual(['act_19_19']);
    expect(rowsOf(press(state, '/LOW mia #7').state).map(({ id }) => id)).toEqual(['act_19_7']);
    expect(rowsOf(sampleState(80, 24, { filter: 'nothing has this' }))).toEqual([]);
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

  it('open it where there is a browser, and show the address where it does not open', () => {
    const url = 'http://127.0.0.1:4000/approvals/act_3';
    const { state, effects } = press(approvals({ has: { browser: true, editor: false } }), 'o');
    expect({ prompt: state.prompt, effects }).toEqual({ prompt: null, effects: [{ kind: 'browse', url }] });
    expect(then(state, { kind: 'unopened', url }).prompt).toEqual({ kind: 'address', url });
  });

  it('draw everything anew, also while something is asked', () => {
    expect(press(approvals(), '[repaint]').effects).toEqual([{ kind: 'repaint' }]);
    expect(press(approvals(), 'a[repaint]')).toMatchObject({ effects: [{ kind: 'repaint' }], state: { prompt: { kind: 'decide', text: '' } } });
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
