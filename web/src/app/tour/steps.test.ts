import { describe, expect, test } from 'vitest';
import { keepStep, storedStep, TOUR, wasSeen } from './steps.ts';

function storageOf() {
  const kept = new Map<string, string>();
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
}

describe('the tour', () => {
  test('is five to seven stops, each with something to point at', () => {
    expect(TOUR.length).toBeGreaterThanOrEqual(5);
    expect(TOUR.length).toBeLessThanOrEqual(7);
    for (const step of TOUR) expect(step.points.length).toBeGreaterThan(0);
  });

  test('goes on where it was after a reload, and stays left', () => {
    const storage = storageOf();
    expect([storedStep(storage), wasSeen(storage)]).toEqual([null, false]);
    keepStep(storage, 3);
    expect([storedStep(storage), wasSeen(storage)]).toEqual([3, true]);
    keepStep(storage, null);
    expect([storedStep(storage), wasSeen(storage)]).toEqual([null, true]);
  });

  test.each(['-1', '99', 'x', ''])('forgets a step that is none (%s)', (text) => {
    const storage = storageOf();
    storage.setItem('reeve.tour', text);
    expect(storedStep(storage)).toBeNull();
  });
});
