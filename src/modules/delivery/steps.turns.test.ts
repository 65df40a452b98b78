import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createTurns } from './steps.turns.ts';

describe('whose turn it is', () => {
  it('is the oldest that waits, and never more at once than allowed', async () => {
    const turn = createTurns({ most: 1, isCrowded: () => false });
    const done: string[] = [];
    let running = 0;
    let most = 0;
    const work = (name: string) => async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      done.push(name);
      running -= 1;
    };
    await Promise.all([turn('c', work('first come')), turn('d', work('youngest')), turn('a', work('oldest')), turn('b', work('second'))]);
    expect(done).toEqual(['first come', 'oldest', 'second', 'youngest']);
    expect(most).toBe(1);
  });

  it('goes on after work that failed', async () => {
    const turn = createTurns({ most: 1, isCrowded: () => false });
    await expect(turn('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await turn('b', () => Promise.resolve(1))).toBe(1);
  });

  it('begins no second piece beside the first while there is no time for it', async () => {
    let crowded = true;
    const turn = createTurns({ most: 2, isCrowded: () => crowded });
    const first = Promise.withResolvers<void>();
    const begun: string[] = [];
    const work = (name: string, until?: Promise<void>) => async () => {
      begun.push(name);
      await until;
    };
    const all = [turn('a', work('a', first.promise)), turn('b', work('b'))];
    await delay(120);
    expect(begun).toEqual(['a']);
    crowded = false;
    await all[1];
    expect(begun).toEqual(['a', 'b']);
    first.resolve();
    await Promise.all(all);
  });

  it('begins the next at once when nothing is under way, however crowded it is', async () => {
    const turn = createTurns({ most: 2, isCrowded: () => true });
    expect(await Promise.all(['a', 'b', 'c'].map((name) => turn(name, () => Promise.resolve(name))))).toEqual(['a', 'b', 'c']);
  });

  it('never has more under way than allowed, however much time there is', async () => {
    const turn = createTurns({ most: 2, isCrowded: () => false });
    let running = 0;
    let most = 0;
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await delay(60);
      running -= 1;
    };
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => turn(name, work)));
    expect(most).toBe(2);
  });

  it('does not wait for a piece that takes long, however crowded it is', async () => {
    const turn = createTurns({ most: 2, isCrowded: () => true });
    const far = Promise.withResolvers<void>();
    const first = turn('a', () => far.promise);
    expect(await turn('b', () => Promise.resolve('b'))).toBe('b');
    far.resolve();
    await first;
    expect(await turn('c', () => Promise.resolve('c'))).toBe('c');
  });
});
