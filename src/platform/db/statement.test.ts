import type { QueryResult } from 'pg';
import { describe, expect, test } from 'vitest';
import { json, rowsOf, rowsWritten, sql, toQuery } from './statement.ts';

const asked = (statement: Parameters<typeof toQuery>[0]) => {
  const { text, values } = toQuery(statement);
  return { text, values };
};

describe('a statement', () => {
  test('sends every value as a parameter, never as text', () => {
    expect(asked(sql`select ${"'; drop table x; --"}, ${null}, ${[1, 2]}`)).toEqual({
      text: 'select $1, $2, $3',
      values: ["'; drop table x; --", null, [1, 2]],
    });
  });

  test('numbers the parameters of its pieces in the order they stand', () => {
    const inner = sql`(a = ${1} or b = ${2})`;
    const outer = sql`select ${0} where ${inner} and c = ${3} and ${sql`d = ${4}`}`;
    expect(asked(sql`${outer} limit ${5}`)).toEqual({
      text: 'select $1 where (a = $2 or b = $3) and c = $4 and d = $5 limit $6',
      values: [0, 1, 2, 3, 4, 5],
    });
  });

  test('joins values and pieces with a comma, or with what is given', () => {
    expect(asked(sql`in (${sql.join([1, sql`now()`, 2])})`)).toEqual({ text: 'in ($1, now(), $2)', values: [1, 2] });
    expect(asked(sql`where ${sql.join([sql`a = ${1}`, sql`b`], sql` and `)}`)).toEqual({ text: 'where a = $1 and b', values: [1] });
    expect(asked(sql`x${sql.join([])}y`)).toEqual({ text: 'xy', values: [] });
  });

  test('takes text as it is only where that is written out', () => {
    expect(asked(sql`select ${sql.raw('a, b')} from x`)).toEqual({ text: 'select a, b from x', values: [] });
  });

  test('does not take a value from outside for a piece, whatever its shape', () => {
    const forged = { texts: ['1; drop table x'], values: [] };
    expect(asked(sql`select ${forged}`)).toEqual({ text: 'select $1', values: [forged] });
  });

  test('sends JSON as text with its type', () => {
    expect(asked(sql`select ${json({ a: [1] })}`)).toEqual({ text: 'select $1::jsonb', values: ['{"a":[1]}'] });
  });
});

describe('an answer', () => {
  const answer = (given: object): QueryResult<unknown[]> => given as QueryResult<unknown[]>;

  test('names columns in camel case and leaves what is in them alone', () => {
    const fields = ['id', 'some_number', 'a__b_2', 'x_y_z'].map((name) => ({ name }));
    expect(rowsOf(answer({ fields, rows: [['a', 1, { inner_key: 1 }, null]] }))).toEqual([
      { id: 'a', someNumber: 1, aB2: { inner_key: 1 }, xYZ: null },
    ]);
  });

  test('counts rows that were written, not rows that were read', () => {
    expect(rowsWritten(answer({ command: 'UPDATE', rowCount: 3 }))).toBe(3);
    expect(rowsWritten(answer({ command: 'SELECT', rowCount: 3 }))).toBe(0);
    expect(rowsWritten(answer({ command: 'INSERT', rowCount: null }))).toBe(0);
  });
});
