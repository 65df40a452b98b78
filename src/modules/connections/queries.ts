import { messageOf } from '#kernel/errors.ts';
import { sha256Hex } from '#platform/crypto/index.ts';
import type { ConnectionDeps } from './commands.ts';
import { installUrlOf, type Connections, type ConnectionStatus, type Installed } from './model.ts';
import * as store from './store.ts';

export function createConnectionQueries(deps: ConnectionDeps): Pick<Connections, 'attempt' | 'status'> {
  return {
    async attempt(state) {
      const row = await store.attemptById(deps.db, sha256Hex(state), deps.clock.now());
      return row === undefined
        ? null
        : { postTo: `${row.postTo}?state=${encodeURIComponent(state)}`, manifest: row.manifest, organization: row.organization };
    },
    async status() {
      const { source, app, problem, ownLogin, installations } = deps.keeper.current();
      const webhooks = { url: new URL('/webhooks/github', deps.publicUrl()).href, accepted: deps.takesWebhooks() };
      const status: ConnectionStatus = {
        forge: 'github',
        source,
        login: null,
        app,
        waiting: deps.keeper.waiting(),
        installUrl: app === null || app.url === '' ? null : installUrlOf(app.url),
        installations: null,
        webhooks,
        problem,
      };
      if (source === 'none' || problem !== null) return status;
      try {
        status.login = await ownLogin();
        status.installations = installations === null ? null : await withAllowed(deps, await installations());
      } catch (error) {
        status.problem = messageOf(error);
      }
      return status;
    },
  };
}

async function withAllowed(
  deps: Pick<ConnectionDeps, 'isAllowed'>,
  found: Awaited<ReturnType<NonNullable<ReturnType<ConnectionDeps['keeper']['current']>['installations']>>>,
): Promise<Installed[]> {
  const shown: Installed[] = [];
  for (const { repositories, ...installation } of found) {
    const named: Installed['repositories'] = repositories === null ? null : [];
    for (const name of repositories ?? []) named?.push({ name, allowed: await deps.isAllowed(name) });
    shown.push({ ...installation, repositories: named });
  }
  return shown;
}
