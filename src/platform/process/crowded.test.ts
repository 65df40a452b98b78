import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createCrowded } from './crowded.ts';

describe('whether a thread is crowded', () => {
  it('says yes after it has computed, and no after it has waited', async () => {
    const isCrowded = createCrowded(0.5);
    await delay(1);
    isCrowded();
    for (const until = performance.now() + 60; performance.now() < until;);
    // The time that was computed counts once the loop has turned.
    await delay(1);
    expect(isCrowded()).toBe(true);
    await delay(200);
    expect(isCrowded()).toBe(false);
  });
});
