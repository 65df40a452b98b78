import { useInfiniteQuery } from '@tanstack/react-query';
import { peopleQuery, rowsOf } from './queries.ts';

/** Names by id, of the people that were read. */
export function usePeopleNames(): ReadonlyMap<string, string> {
  const { data } = useInfiniteQuery(peopleQuery);
  return new Map(data === undefined ? [] : rowsOf(data).map(({ id, name }) => [id, name]));
}

/** The name of a person's id; the id itself where the name was not read. Null: there is no person. */
export function namesOf(names: ReadonlyMap<string, string>, id: string | null): string | null {
  return id === null ? null : (names.get(id) ?? id);
}
