import { describe, expect, it } from 'vitest';
import { createTurns } from './steps.turns.ts';

describe('whose turn it is', () => {
  it('is the oldest that waits, and never more at once than allowed', async () => {
    const turn = createTurns(1);
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
    const turn = createTurns(1);
    await expect(turn('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await turn('b', () => Promise.resolve(1))).toBe(1);
  });
});
