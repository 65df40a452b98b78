import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, read, type Answer, type Body, type Item } from '../../api/client.ts';
import { inTwoSteps } from '../../api/two-steps.ts';
import { underOneKey } from '../../api/under-one-key.ts';
import type { Seen } from './sample-way.ts';

export type FoundAgent = Item<'/v1/agents/found'>;
export type ConfiguredAgent = Item<'/v1/agents'>;
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
  /** Where agents start from, and what counts as the default. */
  branch: string;
  setup: string[];
  check: string;
  network: 'none' | 'registry';
}

const takeRepository = () =>
  inTwoSteps(
    ({ found: { path }, branch }: Taking) => read(api.POST('/v1/requests/repository', { body: { path, default_branch: branch, checks: [] } })),
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

/** Takes an agent out that was added here; those of the configuration file stay. */
export function useRemoveAgent() {
  const renew = useRenew();
  return useMutation({ mutationFn: (name: string) => read(api.DELETE('/v1/agents/{name}', { params: { path: { name } } })), onSettled: renew });
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

const PLAN_SEEN: Readonly<Record<Item<'/v1/approvals'>['status'], Seen['plan']>> = {
  pending: 'waits',
  approved: 'agreed',
  modified: 'waits',
  declined: 'refused',
  expired: 'refused',
  withdrawn: 'refused',
};

/** The issue of the first request with its story, how far it came, and what waits for a decision about it. */
export function useSample(id: string) {
  return useQuery({
    queryKey: ['issues', 'welcome', id],
    async queryFn({ signal }) {
      const [issue, story, approvals, runs] = await Promise.all([
        read(api.GET('/v1/issues/{id}', { params: { path: { id } }, signal })),
        read(api.GET('/v1/issues/{issue_id}/story', { params: { path: { issue_id: id } }, signal })),
        read(api.GET('/v1/approvals', { params: { query: { work_item: id, limit: 200 } }, signal })),
        read(api.GET('/v1/jobs', { params: { query: { work_item_id: id, role: 'coder', limit: 1 } }, signal })),
      ]);
      const plan = approvals.items.find(({ kind }) => kind === 'plan.approve');
      const seen: Seen = { plan: plan === undefined ? 'none' : PLAN_SEEN[plan.status], ran: runs.items.length > 0 };
      return { issue, story, approvals: approvals.items.filter(({ status }) => status === 'pending'), seen };
    },
    // An approval may come a moment after the event that made this old.
    refetchInterval: ({ state }) => ((state.data?.story.ended_as ?? null) === null ? 3000 : false),
  });
}
