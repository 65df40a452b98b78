import { describe, expect, it } from 'vitest';
import { addLines, EMPTY_LOG, planProgress, type LogLine } from './log-model.ts';

const head = (line: number) => ({ line, at: new Date(line * 1000).toISOString(), execution: 1 });
const said = (line: number, text: string): LogLine => ({ ...head(line), kind: 'agent', event: { kind: 'text', text } });
const tool = (line: number, id: string, status: string): LogLine => ({
  ...head(line),
  kind: 'agent',
  event: { kind: 'tool', id, toolKind: 'edit', title: 'Edit', status, paths: [], command: null },
});

describe('a log as it is shown', () => {
  it('makes one message of pieces that follow each other, and leaves other blocks the same objects', () => {
    const first = addLines(EMPTY_LOG, [{ ...head(1), kind: 'state', state: 'running' }, said(2, 'Hel'), said(3, 'lo')]);
    expect(first.blocks.map((block) => [block.line, block.kind, 'text' in block ? block.text : ''])).toEqual([
      [1, 'state', ''],
      [2, 'message', 'Hello'],
    ]);
    const second = addLines(first, [said(4, '!')]);
    expect(second.blocks[0]).toBe(first.blocks[0]);
    expect(second.blocks[1]).toMatchObject({ text: 'Hello!' });
  });

  it('takes no line twice, however often it is sent, and is the same object when nothing is new', () => {
    const view = addLines(EMPTY_LOG, [said(1, 'a'), said(2, 'b')]);
    expect(addLines(view, [said(1, 'a'), said(2, 'b')])).toBe(view);
    expect(addLines(view, [said(2, 'b'), said(3, 'c')]).blocks).toMatchObject([{ text: 'abc' }]);
  });

  it('follows a tool call from its begin to its end in one row, however much is said in between', () => {
    const view = addLines(EMPTY_LOG, [tool(1, 't1', 'in_progress'), said(2, 'x'), tool(3, 't2', 'in_progress'), tool(5, 't1', 'completed')]);
    expect(view.blocks.map(({ kind }) => kind)).toEqual(['tool', 'message', 'tool']);
    expect(view.blocks[0]).toMatchObject({ at: head(1).at, endedAt: head(5).at, tool: { status: 'completed' } });
    expect(view.blocks[2]).toMatchObject({ endedAt: null });
  });

  it('keeps what a call printed and changed when later lines about it do not say it again', () => {
    const told = tool(1, 't1', 'in_progress');
    const edits = [{ path: 'a.ts', before: null, after: 'x' }];
    if (told.kind === 'agent' && told.event.kind === 'tool') Object.assign(told.event, { output: 'ok', edits });
    expect(addLines(EMPTY_LOG, [told, tool(2, 't1', 'completed')]).blocks).toMatchObject([{ tool: { status: 'completed', output: 'ok', edits } }]);
  });

  it('does not take a call of a new execution for one of the old', () => {
    const again: LogLine = { line: 2, at: head(2).at, execution: 2, kind: 'state', state: 'preparing' };
    const view = addLines(EMPTY_LOG, [tool(1, 't1', 'completed'), again, tool(3, 't1', 'in_progress')]);
    expect(view.blocks.map(({ kind }) => kind)).toEqual(['tool', 'state', 'tool']);
  });

  it("knows plan, progress and figures; the gateway's figures win over the agent's own", () => {
    const own = (line: number, tokens: number): LogLine => ({
      ...head(line),
      kind: 'agent',
      event: { kind: 'usage', inputTokens: tokens, outputTokens: 0 },
    });
    const plan: LogLine = {
      ...head(2),
      kind: 'agent',
      event: {
        kind: 'plan',
        entries: [
          { text: 'a', status: 'completed' },
          { text: 'b', status: 'pending' },
        ],
      },
    };
    const counted: LogLine = { ...head(3), kind: 'usage', input_tokens: 7, output_tokens: 1, cost_micros: 9 };
    const progress: LogLine = { ...head(5), kind: 'progress', message: 'half', fraction: 0.5, step: null };
    const view = addLines(EMPTY_LOG, [own(1, 100), plan, counted, own(4, 200), progress]);
    expect(view.usage).toEqual({ inputTokens: 7, outputTokens: 1, costMicros: 9, counted: true });
    expect(planProgress(view.plan)).toEqual({ done: 1, all: 2, share: 0.5 });
    expect(view.progress).toEqual({ message: 'half', fraction: 0.5, step: null });
    expect(planProgress([]).share).toBe(0);
  });

  it('shows a question with its answer, and a setup with its end, once', () => {
    const view = addLines(EMPTY_LOG, [
      { ...head(1), kind: 'setup', commands: ['npm ci'], state: 'started' },
      { ...head(2), kind: 'setup', commands: ['npm ci'], state: 'done', cached: true, duration_ms: 5 },
      { ...head(3), kind: 'question', id: 'que_1', state: 'waiting', question: 'Which?', choices: ['a'] },
      said(4, 'x'),
      { ...head(5), kind: 'question', id: 'que_1', state: 'answered', answer: 'a', by: 'person:ada' },
    ]);
    expect(view.blocks).toMatchObject([
      { kind: 'setup', state: 'done', cached: true, durationMs: 5 },
      { kind: 'question', question: 'Which?', state: 'answered', answer: 'a' },
      { kind: 'message' },
    ]);
  });

  it('takes in ten thousand lines in small parts without growing slow', () => {
    let view = EMPTY_LOG;
    for (let line = 1; line <= 10_000; line += 50)
      view = addLines(
        view,
        Array.from({ length: 50 }, (_, index) => (index % 5 === 0 ? tool(line + index, `t${line + index}`, 'completed') : said(line + index, 'x'))),
      );
    expect([view.last, view.blocks.length]).toEqual([10_000, 4000]);
  });
});
