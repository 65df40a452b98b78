import { expect, test } from 'vitest';
import { createRedactor } from '#platform/redaction/index.ts';
import type { LogEntry } from './decide.log.ts';
import { createEntryStreams } from './decide.redaction.ts';

const SECRET = 'Zq7Lm2Xw9Rt4Kb8Nv3Hc6Jd1';
const said = (text: string): LogEntry => ({ kind: 'agent', event: { kind: 'text', text } });
const printed = (text: string): LogEntry => ({ kind: 'agent', event: { kind: 'output', stream: 'stdout', text } });
const note: LogEntry = { kind: 'note', text: 'n' };

function streams() {
  const redactor = createRedactor();
  redactor.register(SECRET);
  return createEntryStreams(() => redactor.stream());
}

test('a secret cut over pieces of what an agent says is hidden, wherever it is cut', () => {
  for (let cut = 1; cut < SECRET.length; cut += 1) {
    const log = streams();
    const out = [...log.take(said(`key: ${SECRET.slice(0, cut)}`)), ...log.take(said(`${SECRET.slice(cut)} done`)), ...log.end()];
    expect(out.map((entry) => (entry['event'] as { text: string }).text).join('')).toBe('key: [redacted] done');
  }
});

test('what was held back comes before whatever follows, and nothing is lost', () => {
  const log = streams();
  expect([...log.take(said('a Zq7L')), ...log.take(note), ...log.take(printed('Zq7')), ...log.take(said('b')), ...log.end()]).toEqual([
    said('a '),
    said('Zq7L'),
    note,
    printed('Zq7'),
    said('b'),
  ]);
});

test('ordinary pieces pass as they come', () => {
  const log = streams();
  expect(log.take(said('one'))).toEqual([said('one')]);
  expect(log.take({ kind: 'agent', event: { kind: 'usage', inputTokens: 1, outputTokens: 2 } })).toHaveLength(1);
  expect(log.end()).toEqual([]);
});
