import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { formatSse, openSse, sse, type SseMessage } from './sse.ts';

const never = new AbortController().signal;
const fail = (error: unknown): never => {
  throw error;
};

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

test('an event is id, event and one data line for each line of text; a value is JSON', () => {
  expect(formatSse({ id: '7', event: 'run.started', data: 'a\nb\r\nc' })).toBe('id: 7\nevent: run.started\ndata: a\ndata: b\ndata: c\n\n');
  expect(formatSse({ data: { a: 'x\ny' } })).toBe('data: {"a":"x\\ny"}\n\n');
});

test('a line break in a name cannot forge another field', () => {
  expect(formatSse({ event: 'a\ndata: forged', data: 1 })).toBe('event: a data: forged\ndata: 1\n\n');
});

test('the stream says that it stands, carries its messages and ends with its source', async () => {
  const source = async function* (): AsyncGenerator<SseMessage> {
    yield { data: 1 };
    yield { data: 2 };
  };
  expect(await text(openSse(sse(source()), never, fail))).toBe(': connected\n\ndata: 1\n\ndata: 2\n\n');
});

test('a silent stream is kept alive by comments', async () => {
  const stop = new AbortController();
  const stream = openSse(
    sse(
      async function* () {
        await sleep(60_000, undefined, { signal: stop.signal }).catch(() => {});
        yield { data: 'late' };
      },
      { heartbeatMs: 5 },
    ),
    stop.signal,
    fail,
  );
  let seen = '';
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    seen += chunk.toString('utf8');
    if (seen.includes('still here')) stop.abort();
  }
  expect(seen).toContain(': still here\n\n');
  expect(seen).not.toContain('late');
});

test('when the reader leaves, the source hears of it', async () => {
  let heard: (value: string) => void = () => {};
  const left = new Promise<string>((resolve) => {
    heard = resolve;
  });
  const stream = openSse(
    sse(async function* (signal) {
      signal.addEventListener('abort', () => heard('aborted'));
      yield { data: 1 };
      await new Promise(() => {});
    }),
    never,
    fail,
  );
  await new Promise((resolve) => stream.once('readable', resolve));
  stream.destroy();
  expect(await left).toBe('aborted');
});

test('a source that breaks is told to the log and to the reader, without its reason', async () => {
  const errors: unknown[] = [];
  const broken = async function* (): AsyncGenerator<SseMessage> {
    yield { data: 1 };
    throw new Error('secret reason');
  };
  const seen = await text(openSse(sse(broken()), never, (error) => errors.push(error)));
  expect(seen).toContain('event: error');
  expect(seen).not.toContain('secret reason');
  expect(errors).toHaveLength(1);
});
