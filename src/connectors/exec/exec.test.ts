import { describe, expect, it } from 'vitest';
import { mapLine } from './lines.ts';
import { deliverPrompt } from './prompt.ts';

describe('the prompt of a plain command', () => {
  it('goes to standard input when the command names no place for it', () => {
    expect(deliverPrompt(['agent', '-q'], 'Do it')).toEqual({ kind: 'ok', command: ['agent', '-q'], stdin: 'Do it' });
  });

  it('takes its place in the arguments, taken literally', () => {
    expect(deliverPrompt(['agent', '--task={prompt}', '{prompt}'], 'cost $& $1')).toEqual({
      kind: 'ok',
      command: ['agent', '--task=cost $& $1', 'cost $& $1'],
      stdin: '',
    });
  });

  it('is refused when no argument can hold it', () => {
    expect(deliverPrompt(['agent', '{prompt}'], 'x'.repeat(140_000))).toMatchObject({
      kind: 'refused',
      detail: expect.stringContaining('{prompt_file}'),
    });
    expect(deliverPrompt(['agent', '{prompt}'], 'a\0b')).toMatchObject({ kind: 'refused' });
  });
});

describe('a line of output', () => {
  it.each([
    ['plain words', [{ kind: 'output', stream: 'stdout', text: 'plain words' }]],
    ['{"type":"text","text":"hi"}', [{ kind: 'text', text: 'hi' }]],
    ['{"type":"agent_message","message":"hi"}', [{ kind: 'text', text: 'hi' }]],
    ['{"type":"thinking","content":"hm"}', [{ kind: 'thought', text: 'hm' }]],
    [
      '{"type":"result","result":"ok","usage":{"input_tokens":3,"output_tokens":4}}',
      [
        { kind: 'text', text: 'ok' },
        { kind: 'usage', inputTokens: 3, outputTokens: 4 },
      ],
    ],
    ['{"type":"unknown","text":"x"}', [{ kind: 'output', stream: 'stdout', text: '{"type":"unknown","text":"x"}' }]],
    ['{"broken', [{ kind: 'output', stream: 'stdout', text: '{"broken' }]],
  ])('%s', (line, events) => {
    expect(mapLine('stdout', line)).toEqual(events);
  });

  it('on standard error is output, whatever it looks like', () => {
    expect(mapLine('stderr', '{"type":"text","text":"hi"}')).toEqual([{ kind: 'output', stream: 'stderr', text: '{"type":"text","text":"hi"}' }]);
  });
});
