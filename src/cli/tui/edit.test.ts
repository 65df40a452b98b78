import { expect, it } from 'vitest';
import { sampleApproval } from '../../../test/kit/top-sample.ts';
import { changedArgs, parseWritten, toEdited, toWritten } from './edit.ts';

const HOSTILE = { body: 'a\u202eb\u200b\u001b[2J\u{e0041}\u3164\u009b31m\r\n', n: 1 };

it('arguments are written so that nothing of them is hidden or drives an editor, and read as the same value', () => {
  const written = toWritten(HOSTILE);
  expect(written).toMatch(/^[\x20-\x7e\n]*$/);
  expect(parseWritten(written)).toEqual(HOSTILE);
  expect(toWritten({ body: 'Grüße, 漢字 🎉' })).toContain('Grüße, 漢字 🎉');
});

it('nothing of them sets the editor that shows them', () => {
  const given = {
    vi: 1,
    lines: ['a vim: set fde=x :', 'VI:set', ' ex:!x', 'vim>700:x', 'vim=-1: x', '-*-*- mode: x -*-'],
    list: ['Local Variables:', 'eval: (x)', 'LOCAL  variables:', 'End:'],
    plain: 'index: devi: 10:20 - * - Svim:',
  };
  const written = toWritten(given);
  expect(written).not.toMatch(/\b(vi|ex|vim[<=>]?-?\d*):|-\*-|local\s+variables:/i);
  expect(written).toContain('vim\\u003a set');
  expect(written).toContain('"index: devi: 10:20 - * - Svim:"');
  expect(parseWritten(written)).toEqual(given);
});

it('what was written is no change, does not fit, or is looked at by the server before anybody is asked', async () => {
  const approval = sampleApproval();
  const seen: unknown[] = [];
  const preview = (args: Record<string, unknown>) => {
    seen.push(args);
    const decision = { kind: 'approval', risk: 'low', reason: 'The policy asks.' } as const;
    return Promise.resolve({ ok: args['body'] !== '', problems: [{ path: 'args.body', message: 'It is empty.' }], args, decision });
  };
  const of = (written: string) => toEdited(approval, written, preview);
  expect(await of('{ "body" : "The tests pass." }')).toEqual({ kind: 'same' });
  expect(await of('[]')).toEqual({ kind: 'unfit', written: '[]', problem: 'It is no JSON object.' });
  expect(await of('{')).toMatchObject({ kind: 'unfit', problem: expect.stringContaining('It is no JSON: ') });
  expect(seen).toEqual([]);
  expect(await of('{"body":""}')).toMatchObject({ kind: 'unfit', problem: 'args.body: It is empty.' });
  expect(await of('{"body":"x"}')).toMatchObject({
    kind: 'ready',
    change: { args: { body: 'x' }, verdict: 'It would be decided anew, low risk. The policy asks.' },
  });
});

it('only what differs is shown, whatever the order of keys', () => {
  expect(changedArgs({ a: { x: 1, y: 2 }, b: 'one', c: 1 }, { b: 'two', a: { y: 2, x: 1 }, d: [1] })).toEqual([
    { name: 'b', before: 'one', after: 'two' },
    { name: 'c', before: '1', after: null },
    { name: 'd', before: null, after: '[\n  1\n]' },
  ]);
});
