import { useQuery } from '@tanstack/react-query';
import { api, read, type Answer } from '../api/client.ts';

export type Setup = Answer<'/v1/setup', 'get'>;

export type FirstStep = 'repository' | 'agent' | 'machine' | 'request';
export const FIRST_STEPS: readonly FirstStep[] = ['repository', 'agent', 'machine', 'request'];

/** Which of the first steps are done, for whoever shows or counts them. A machine on which work has begun was looked at or needs no look. */
export function stepsDone(setup: Setup): Readonly<Record<FirstStep, boolean>> {
  return { repository: setup.repository, agent: setup.agent, machine: setup.work, request: setup.landed };
}

/** What this installation has got so far; every event makes it old, like the home it is shown on. */
export function useSetup() {
  return useQuery({
    queryKey: ['home', 'setup'],
    queryFn: ({ signal }) => read(api.GET('/v1/setup', { signal })),
  });
}
