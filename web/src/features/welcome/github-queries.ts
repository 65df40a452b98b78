import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, read, type Answer, type Body } from '../../api/client.ts';

export type GithubStatus = Answer<'/v1/connections/github', 'get'>;
export type WaitingApp = NonNullable<GithubStatus['waiting']>;

/** What happens at GitHub makes no event here: it is asked now and then, while somebody looks at the page. */
const ASKED_EVERY_MS = 10_000;

export function useGithub() {
  return useQuery({
    queryKey: ['connections', 'github'],
    queryFn: ({ signal }) => read(api.GET('/v1/connections/github', { signal })),
    refetchInterval: ASKED_EVERY_MS,
    staleTime: 0,
  });
}

/** Names of GitHub in which Reeve may work, in small letters: GitHub's names are one whatever their case. */
export function useTaken() {
  return useQuery({
    queryKey: ['repositories', 'github'],
    queryFn: ({ signal }) => read(api.GET('/v1/repositories', { params: { query: { limit: 200 } }, signal })),
    select: ({ items }) => new Set(items.filter(({ forge, allowlisted }) => forge === 'github' && allowlisted).map(({ name }) => name.toLowerCase())),
  });
}

function useRenew(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () => Promise.all(['connections', 'repositories', 'projects', 'home'].map((topic) => queries.invalidateQueries({ queryKey: [topic] })));
}

/** Begins, and sends the browser to the page whose one button goes to GitHub: that page alone may post there. */
export function useBegin() {
  return useMutation({
    mutationFn: (organization: string | null) => read(api.POST('/v1/connections/github', { body: { organization, name: null, replace: false } })),
    onSuccess: ({ url }) => window.location.assign(url),
  });
}

export function useConfirm() {
  const renew = useRenew();
  return useMutation({
    mutationFn: ({ owner, slug }: WaitingApp) => read(api.POST('/v1/connections/github/confirm', { body: { owner, slug, replace: false } })),
    onSettled: renew,
  });
}

export function useForget() {
  const renew = useRenew();
  return useMutation({ mutationFn: () => read(api.DELETE('/v1/connections/github')), onSettled: renew });
}

export function useTake() {
  const renew = useRenew();
  return useMutation({
    mutationFn: (body: Body<'/v1/connections/github/repositories', 'post'>) => read(api.POST('/v1/connections/github/repositories', { body })),
    onSettled: renew,
  });
}
