import { describe, expect, test } from 'vitest';
import { fillPage, type Paging } from './routes.pages.ts';

/** A list whose cursors are the rows they stand behind; rows of others are negative. */
function listOf(rows: readonly number[]) {
  const reads: number[] = [];
  const read: Paging['read'] = async (limit, cursor) => {
    reads.push(limit);
    const from = cursor === null ? 0 : rows.findIndex((row) => String(row) === cursor) + 1;
    const items = rows.slice(from, from + limit);
    return { items, next_cursor: from + limit < rows.length ? String(items.at(-1)) : null };
  };
  const page = (limit: number, cursor: string | null = null) =>
    fillPage({ limit, cursor, read }, async (seen) => seen.map((row) => (Number(row) < 0 ? null : row)));
  return { page, reads };
}

const others = (from: number, count: number): number[] => Array.from({ length: count }, (_, at) => -from - at);

describe('a page for somebody who sees a part of a list', () => {
  test('is full while there is enough of theirs, however much of others lies between', async () => {
    const { page } = listOf([1, ...others(1000, 450), 2, -5000, 3, 4]);
    expect(await page(3)).toEqual({ items: [1, 2, 3], next_cursor: '3' });
    expect(await page(3, '3')).toEqual({ items: [4], next_cursor: null });
  });

  test('goes on behind a row of theirs, never behind one of others', async () => {
    const rows = [-1, 2, -3, -4, 5, -6, 7, -8, -9];
    const { page } = listOf(rows);
    const [found, cursors]: [unknown[], string[]] = [[], []];
    let cursor: string | null = null;
    do {
      const next = await page(1, cursor);
      found.push(...next.items);
      cursor = next.next_cursor;
      if (cursor !== null) cursors.push(cursor);
    } while (cursor !== null);
    expect([found, cursors]).toEqual([
      [2, 5, 7],
      ['2', '5', '7'],
    ]);
  });

  test('is read once where all of it is theirs', async () => {
    const { page, reads } = listOf([1, 2, 3]);
    expect(await page(2)).toEqual({ items: [1, 2], next_cursor: '2' });
    expect(reads).toEqual([2]);
  });

  test('is given up behind ten thousand rows of others, and can be gone on with', async () => {
    const { page, reads } = listOf([...others(1, 10_500), 1]);
    const first = await page(1);
    expect(first.items).toEqual([]);
    expect(reads).toHaveLength(50);
    expect((await page(1, first.next_cursor)).items).toEqual([1]);
  });
});
