import type { ReactNode } from 'react';
import { cn } from './class-names.ts';

export interface Column<T> {
  /** Head of the column; empty heads need `label`. */
  name: string;
  /** What screen readers call a column without a visible head. */
  label?: string;
  cell(row: T): ReactNode;
  /** From which width of the window on it is shown; what a row is about always is. */
  from?: 'sm' | 'md' | 'lg' | 'xl';
  align?: 'end';
  className?: string;
}

export interface DataTableProps<T> {
  /** Names the table for screen readers. */
  label: string;
  columns: ReadonlyArray<Column<T>>;
  rows: readonly T[];
  keyOf(row: T): string;
  /** Greys a row: revoked, inactive. */
  isFaint?(row: T): boolean;
}

const FROM = { sm: 'hidden sm:table-cell', md: 'hidden md:table-cell', lg: 'hidden lg:table-cell', xl: 'hidden xl:table-cell' } as const;

const classOf = <T,>({ from, align, className }: Column<T>): string =>
  cn('px-3 first:pl-4 last:pr-4', from !== undefined && FROM[from], align === 'end' && 'text-right', className);

/** A plain table of a few hundred rows; narrow windows show its most important columns. The first column names the row. */
export function DataTable<T>({ label, columns, rows, keyOf, isFaint }: DataTableProps<T>) {
  return (
    <table aria-label={label} className="w-full border-collapse text-sm">
      <thead>
        <tr className="border-b border-line bg-sunken text-left text-xs text-muted">
          {columns.map((column) => (
            <th key={column.name || column.label} scope="col" className={cn('h-8 font-medium whitespace-nowrap', classOf(column))}>
              {column.name === '' ? <span className="sr-only">{column.label}</span> : column.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)} className={cn('border-b border-line last:border-0 hover:bg-hover/50', isFaint?.(row) === true && 'text-faint')}>
            {columns.map((column, index) =>
              index === 0 ? (
                <th key={column.name} scope="row" className={cn('py-2 text-left align-middle font-normal', classOf(column))}>
                  {column.cell(row)}
                </th>
              ) : (
                <td key={column.name || column.label} className={cn('py-2 align-middle', classOf(column))}>
                  {column.cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
