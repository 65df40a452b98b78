import { queryOptions } from '@tanstack/react-query';
import { api, read } from './client.ts';

/** How many approvals wait, of all and for who is signed in; read once for the navigation and the inbox. */
export const approvalCountsQuery = queryOptions({
  queryKey: ['approvals', 'counts'],
  queryFn: ({ signal }) => read(api.GET('/v1/approvals/counts', { params: { query: {} }, signal })),
});
