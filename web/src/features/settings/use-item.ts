import { useQuery, type QueryKey, type UseQueryOptions } from '@tanstack/react-query';

interface Row {
  id: string;
  key?: string;
}

/**
 * What an address names (`?item=`): one of the rows that were read, or read by itself, as rows further down are. `item` undefined: nothing of this
 * list; `rows` undefined: not read yet.
 */
export function useItem<T extends Row>(
  item: string | undefined,
  rows: readonly T[] | undefined,
  one: (id: string) => UseQueryOptions<T, Error, T, QueryKey>,
): { chosen: T | undefined; problem: Error | null } {
  const row = item === undefined ? undefined : rows?.find(({ id, key }) => id === item || key === item);
  const isElsewhere = item !== undefined && rows !== undefined && row === undefined;
  const { data, error } = useQuery({ ...one(item ?? ''), enabled: isElsewhere });
  return isElsewhere ? { chosen: data, problem: data === undefined ? error : null } : { chosen: row, problem: null };
}
