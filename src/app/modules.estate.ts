import { createAccess } from '#modules/access/index.ts';
import { createPeople } from '#modules/people/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createWork } from '#modules/work/index.ts';
import { createSignInConfig } from './sign-in.ts';
import { isAllowlisted } from './startup.ts';
import { watchedProvider } from './watched.ts';
import type { Context } from './context.ts';
import type { Ground } from './modules.ground.ts';

/** Who and what there is: projects, people, what they work on, and who may come in. */
export type Estate = ReturnType<typeof createEstate>;

/** Whether a repository is named by the allowlist of the configuration. */
export const isNamedBy =
  (config: Context['config']) =>
  (forge: string, name: string): boolean =>
    forge === 'github' && isAllowlisted(config.repoAllowlist, name);

export function createEstate({ config, redactor }: Context, { base, calls, data }: Ground, adminToken: string) {
  const work = createWork(base);
  const projects = createProjects({ ...base, isAllowlisted: isNamedBy(config) });
  const people = createPeople({ ...base, work });
  const login = createSignInConfig(config, people, (provider) => watchedProvider(calls, provider));
  const access = createAccess({
    ...base,
    people,
    projects,
    adminToken,
    jwt: { issuer: config.publicUrl ?? 'urn:reeve', keyFile: data('access-key') },
    ...login,
    registerSecret: (secret, until) => redactor.register(secret, until?.getTime()),
  });
  return { work, projects, people, access, identityProviders: login.signIn?.providers ?? [] };
}
