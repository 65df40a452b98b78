import { describe, expect, it } from 'vitest';
import { createLineSplitter } from './lines.ts';
import { ownProgram } from './own-program.ts';
import { createAsyncQueue } from './queue.ts';
import { parsePs, parseStat } from './table.ts';
import { createTail } from './tail.ts';
import { createWatch } from './watch.ts';

describe('the process table', () => {
  it('reads a stat line whose command holds spaces and brackets', () => {
    expect(parseStat(42, '42 (a ) (b) S 7 40 39 0 -1 4194304')).toEqual({ pid: 42, parent: 7, group: 40, session: 39 });
  });

  it('leaves zombies out, from /proc and from ps', () => {
    expect(parseStat(42, '42 (sh) Z 1 42 42 0')).toBeNull();
    expect(parsePs('  1     0     1 Ss\n 77     1    70 Z+\n 78    77    70 R\n')).toEqual([
      { pid: 1, parent: 0, group: 1, session: 0 },
      { pid: 78, parent: 77, group: 70, session: 0 },
    ]);
  });
});

describe('the line splitter', () => {
  const split = (chunks: readonly (string | Buffer)[], maxLength = 1000): string[] => {
    const lines: string[] = [];
    const splitter = createLineSplitter((line) => lines.push(line), maxLength);
    for (const chunk of chunks) splitter.push(Buffer.from(chunk));
    splitter.end();
    return lines;
  };

  it('puts lines together over chunks, with either line ending, and the last one without', () => {
    expect(split(['a', 'b\r\nc', '\n\nlast'])).toEqual(['ab', 'c', 'last']);
  });

  it('does not tear a character that comes in two chunks', () => {
    const bytes = Buffer.from('grün\n');
    expect(split([bytes.subarray(0, 3), bytes.subarray(3)])).toEqual(['grün']);
  });

  it('hands an endless line over in pieces', () => {
    expect(split(['x'.repeat(10), 'y'.repeat(10), 'z\n'], 8)).toEqual(['x'.repeat(10), 'y'.repeat(10), 'z']);
  });
});

describe('the tail', () => {
  it('keeps the last bytes, however they came', () => {
    const tail = createTail(5);
    for (const part of ['abc', 'def', 'ghi']) tail.push(Buffer.from(part));
    expect([tail.bytes().toString(), tail.dropped()]).toEqual(['efghi', 4]);
    tail.push(Buffer.alloc(100_000, 'z'));
    expect([tail.bytes().toString(), tail.dropped()]).toEqual(['zzzzz', 100_004]);
  });
});

describe('the queue', () => {
  it('gives every value in order and ends when it is closed', async () => {
    const queue = createAsyncQueue<number>();
    queue.push(1);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const value of queue) {
        seen.push(value);
        if (value === 1) queueMicrotask(() => queue.push(2));
        if (value === 2) {
          queue.push(3);
          queue.close();
          queue.push(4);
        }
      }
    })();
    await reading;
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe('the watch over a run', () => {
  const firstLimit = (
    limits: { wallMs: number; idleMs: number; outputBytes: number },
    during: (output: (bytes: number) => void) => void,
  ): Promise<string> =>
    new Promise((resolve) => {
      const watch = createWatch(limits, (reason, detail) => {
        clearInterval(busy);
        resolve(`${reason}: ${detail}`);
      });
      const busy = setInterval(() => during((bytes) => watch.output(bytes)), 5);
    });

  it('ends a silent run at its idle limit', async () => {
    expect(await firstLimit({ wallMs: 60_000, idleMs: 60, outputBytes: 1e9 }, () => {})).toBe('idle_limit: It was silent for 60 ms, its idle limit.');
  });

  it('ends a busy run at its wall clock limit only', async () => {
    expect(await firstLimit({ wallMs: 300, idleMs: 150, outputBytes: 1e9 }, (output) => output(1))).toMatch(
      /^wall_limit: It ran longer than its limit of 300 ms/,
    );
  });

  it('ends a run that writes too much', async () => {
    expect(await firstLimit({ wallMs: 60_000, idleMs: 60_000, outputBytes: 100 }, (output) => output(60))).toMatch(/^output_limit/);
  });
});

describe('own programs', () => {
  it('have the extension of the module that starts them', () => {
    expect(ownProgram('file:///x/src/a/index.ts', './loopback')).toBe('/x/src/a/loopback.ts');
    expect(ownProgram('file:///x/node_modules/reeve/dist/a/index.js', '../b/agent')).toBe('/x/node_modules/reeve/dist/b/agent.js');
  });
});
