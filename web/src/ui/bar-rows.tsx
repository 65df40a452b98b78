export interface BarRow {
  name: string;
  count: number;
  /** More about it, under its name. */
  note?: string | undefined;
}

/** Counts as bars, one under the other: a table that is also its picture. `total`: shares are said of it. */
export function BarRows({ label, rows, total }: { label: string; rows: readonly BarRow[]; total?: number }) {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  return (
    <table aria-label={label} className="w-full table-fixed text-sm">
      <thead className="sr-only">
        <tr>
          <th scope="col">What</th>
          <td aria-hidden />
          <th scope="col">How many</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, count, note }) => (
          <tr key={name} className="align-middle">
            <th scope="row" className="w-2/5 py-1 pr-3 text-left font-normal">
              {name}
              {note !== undefined && <span className="block text-xs text-muted">{note}</span>}
            </th>
            <td aria-hidden className="py-1">
              <span className="block h-4 rounded-sm bg-sunken">
                <span className="block h-full rounded-sm bg-accent" style={{ width: `${(100 * count) / most}%` }} />
              </span>
            </td>
            <td className="tnum w-24 py-1 pl-3 text-right whitespace-nowrap">
              {count.toLocaleString('en')}
              {total !== undefined && total > 0 && <span className="text-muted"> · {Math.round((100 * count) / total)} %</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
