import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, read, type Answer, type Body, type Item } from '../../api/client.ts';
import { inTwoSteps } from '../../api/two-steps.ts';
import { underOneKey } from '../../api/under-one-key.ts';

export type FoundAgent = Item<'/v1/agents/found'>;
export type LocalRepository = Answer<'/v1/setup/repository', 'get'>;
export type AgentTest = Answer<'/v1/agents/{name}/test', 'post'>;
export type Doctor = Answer<'/v1/doctor', 'get'>;

/** Makes everything that says how far the installation is old. */
function useRenew(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () => Promise.all(['home', 'repositories', 'agents', 'projects'].map((topic) => queries.invalidateQueries({ queryKey: [topic] })));
}

export function useRepositories() {
  return useQuery({
    queryKey: ['repositories', 'welcome'],
    queryFn: ({ signal }) => read(api.GET('/v1/repositories', { params: { query: { limit: 50 } }, signal })),
  });
}

export function useAgents() {
  return useQuery({ queryKey: ['agents', 'configured'], queryFn: ({ signal }) => read(api.GET('/v1/agents', { signal })) });
}

/** Agent programs of this machine; looked for anew whenever the page is opened. */
export function useFoundAgents() {
  return useQuery({ queryKey: ['agents', 'found'], queryFn: ({ signal }) => read(api.GET('/v1/agents/found', { signal })), staleTime: 0 });
}

/** What is in a folder of the machine Reeve runs on; changes nothing. */
export function useInspect() {
  return useMutation({ mutationFn: (path: string) => read(api.GET('/v1/setup/repository', { params: { query: { path } } })) });
}

export interface Taking {
  found: LocalRepository;
  setup: string[];
  check: string;
  network: 'none' | 'registry';
}

const takeRepository = () =>
  inTwoSteps(
    ({ found: { path, default_branch } }: Taking) => read(api.POST('/v1/requests/repository', { body: { path, default_branch, checks: [] } })),
    ({ project_id: id }, { setup, check, network }) => {
      const checks = check === '' ? [] : [{ name: 'test', command: check, timeout_s: 600 }];
      // All that the form says: what was taken out of it since an earlier try must not stay.
      return read(api.PATCH('/v1/projects/{id}', { params: { path: { id } }, body: { settings: { setup, checks, network } } }));
    },
  );

/** Takes a repository into the installation, in a project of its own, with how its tests are run. */
export function useTakeRepository() {
  const renew = useRenew();
  const [mutationFn] = useState(takeRepository);
  return useMutation({ mutationFn, onSuccess: renew });
}

const testAgent = (name: string): Promise<AgentTest> => read(api.POST('/v1/agents/{name}/test', { params: { path: { name } }, body: {} }));

const addAgent = () =>
  inTwoSteps(
    (body: Body<'/v1/agents', 'post'>) => read(api.POST('/v1/agents', { body })),
    ({ name }) => testAgent(name),
  );

/** Adds an agent and starts it once, so that a login that is missing is known now and not in the middle of the work. */
export function useAddAgent() {
  const renew = useRenew();
  const [mutationFn] = useState(addAgent);
  return useMutation({ mutationFn, onSettled: renew });
}

export function useTestAgent() {
  const renew = useRenew();
  return useMutation({ mutationFn: testAgent, onSettled: renew });
}

/** Tries what Reeve needs on its machine; takes some seconds, so it is asked for. */
export function useDoctor() {
  return useMutation({ mutationFn: () => read(api.GET('/v1/doctor')) });
}

const typeRequest = () =>
  underOneKey((body: { text: string; repository_id: string }, key: string) =>
    read(api.POST('/v1/requests', { params: { header: { 'Idempotency-Key': key } }, body: { ...body, target: null, agent: null, checks: [] } })),
  );

export function useRequest() {
  const renew = useRenew();
  const [mutationFn] = useState(typeRequest);
  return useMutation({ mutationFn, onSuccess: renew });
}

/** The issue of the first request with its story and what waits for a decision about it. */
export function useSample(id: string) {
  return useQuery({
    queryKey: ['issues', 'welcome', id],
    async queryFn({ signal }) {
      const [issue, story, approvals] = await Promise.all([
        read(api.GET('/v1/issues/{id}', { params: { path: { id } }, signal })),
        read(api.GET('/v1/issues/{issue_id}/story', { params: { path: { issue_id: id } }, signal })),
        read(api.GET('/v1/approvals', { params: { query: { status: 'pending', work_item: id } }, signal })),
      ]);
      return { issue, story, approvals: approvals.items };
    },
    // An approval may come a moment after the event that made this old.
    refetchInterval: ({ state }) => ((state.data?.story.ended_as ?? null) === null ? 3000 : false),
  });
}
