import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { formatSse, openSse, sse, type SseLife, type SseMessage } from './sse.ts';

const never = new AbortController().signal;
const fail = (error: unknown): never => {
  throw error;
};

const life = (more: Partial<SseLife> = {}): SseLife => ({ closing: never, unchanged: () => Promise.resolve(true), onError: fail, ...more });

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
  expect(await text(openSse(sse(source()), life()))).toBe(': connected\n\ndata: 1\n\ndata: 2\n\n');
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
    life({ closing: stop.signal }),
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
    life(),
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
  const seen = await text(openSse(sse(broken()), life({ onError: (error) => errors.push(error) })));
  expect(seen).toContain('event: error');
  expect(seen).not.toContain('secret reason');
  expect(errors).toHaveLength(1);
});

test.each([
  ['is no longer let in', () => Promise.resolve(false)],
  ['cannot be looked up', () => Promise.reject(new Error('no database'))],
])('a stream ends within two seconds when its reader %s, however much there is to say', async (_, unchanged) => {
  const endless = async function* (signal: AbortSignal): AsyncGenerator<SseMessage> {
    for (let n = 0; !signal.aborted; n += 1) {
      yield { data: n };
      await sleep(20);
    }
  };
  let asked = 0;
  const seen = await text(openSse(sse(endless), life({ unchanged: () => ((asked += 1), unchanged()) })));
  expect(seen).toContain('data: 0');
  expect(asked).toBe(1);
});

test('a silent stream ends too when its reader is no longer let in', async () => {
  const silent = async function* (): AsyncGenerator<SseMessage> {
    await new Promise(() => {});
    yield { data: 'never' };
  };
  expect(await text(openSse(sse(silent, { heartbeatMs: 300 }), life({ unchanged: () => Promise.resolve(false) })))).toMatch(/^: connected/);
});
