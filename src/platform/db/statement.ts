import type { QueryResult } from 'pg';

/**
 * A parameterised statement, or a piece of one, written with the `sql` tag: `${value}` becomes a bind parameter, never text;
 * another piece is put in as it is. Columns come back in camelCase; keys inside JSON columns are left alone.
 */
export interface Statement<Row> {
  /** The text around the values: always one piece more than there are values. */
  readonly texts: readonly string[];
  readonly values: readonly unknown[];
  /** Never there: it only carries the type of a row to whoever runs the statement. */
  readonly row?: Row;
}

/** Its own class, so that no value from outside can pass for a piece of a statement, whatever its shape. */
class Piece implements Statement<unknown> {
  readonly texts: readonly string[];
  readonly values: readonly unknown[];

  constructor(texts: readonly string[], values: readonly unknown[]) {
    this.texts = texts;
    this.values = values;
  }
}

interface SqlTag {
  <Row = unknown>(texts: TemplateStringsArray, ...values: unknown[]): Statement<Row>;
  /** Text that becomes part of the statement as it is: for constants of our own only. */
  raw(text: string): Statement<unknown>;
  /** The items one after another; each is a value or a piece. */
  join(items: readonly unknown[], separator?: Statement<unknown>): Statement<unknown>;
}

function piece(texts: readonly string[], given: readonly unknown[]): Piece {
  if (!given.some((value) => value instanceof Piece)) return new Piece(texts, given);
  const flat: string[] = [texts[0] ?? ''];
  const values: unknown[] = [];
  const append = (text: string): void => void (flat[flat.length - 1] += text);
  for (const [at, value] of given.entries()) {
    if (value instanceof Piece) {
      append(value.texts[0] ?? '');
      flat.push(...value.texts.slice(1));
      values.push(...value.values);
      append(texts[at + 1] ?? '');
    } else {
      values.push(value);
      flat.push(texts[at + 1] ?? '');
    }
  }
  return new Piece(flat, values);
}

const COMMA = new Piece([', '], []);

function join(items: readonly unknown[], separator: Statement<unknown> = COMMA): Piece {
  const between = items.flatMap((item, at) => (at === 0 ? [item] : [separator, item]));
  return piece(
    Array.from({ length: between.length + 1 }, () => ''),
    between,
  );
}

export const sql: SqlTag = Object.assign((texts: TemplateStringsArray, ...values: unknown[]): Statement<never> => piece(texts, values) as never, {
  raw: (text: string) => new Piece([text], []),
  join,
});

/** A JSON parameter: `${json(value)}` in a statement. */
export function json(value: unknown): Statement<unknown> {
  return sql`${JSON.stringify(value)}::jsonb`;
}

/** What pg is asked: text with numbered parameters. Rows come as lists, because `rowsOf` gives them their names. */
export function toQuery({ texts, values }: Statement<unknown>): { text: string; values: unknown[]; rowMode: 'array' } {
  let text = texts[0] ?? '';
  for (let at = 1; at < texts.length; at += 1) text += `$${at}${texts[at]}`;
  return { text, values: [...values], rowMode: 'array' };
}

/** Asked for each column of each answer; there are some hundred names in all. */
const camelNames = new Map<string, string>();

function camelCase(column: string): string {
  let name = camelNames.get(column);
  if (name === undefined) camelNames.set(column, (name = column.replaceAll(/(?<=.)_+([^_])/g, (_, letter: string) => letter.toUpperCase())));
  return name;
}

export function rowsOf<Row>({ fields, rows }: QueryResult<unknown[]>): Row[] {
  const names = fields.map((field) => camelCase(field.name));
  return rows.map((row) => {
    const named: Record<string, unknown> = {};
    for (let at = 0; at < names.length; at += 1) named[names[at] ?? ''] = row[at];
    return named as Row;
  });
}

const WRITES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/** How many rows a statement wrote; what it only read does not count. */
export function rowsWritten({ command, rowCount }: QueryResult<unknown[]>): number {
  return WRITES.has(command) ? (rowCount ?? 0) : 0;
}
