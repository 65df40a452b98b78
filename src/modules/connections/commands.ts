import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { ForgeApps, MadeApp } from '#ports/forge-app.ts';
import { randomSecret, sha256Hex } from '#platform/crypto/index.ts';
import type { Db } from '#platform/db/index.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import type { Projects } from '#modules/projects/index.ts';
import { appNameFor, ATTEMPT_LIVES_MS, installUrlOf, type AppKeeper, type Connections, type ShownApp } from './model.ts';
import * as store from './store.ts';

export interface ConnectionDeps {
  db: Db;
  clock: Clock;
  ledger: Pick<Ledger, 'append'>;
  projects: Pick<Projects, 'repositories'>;
  apps: ForgeApps;
  keeper: AppKeeper;
  /** As browsers and GitHub reach us; asked late, because a server may find its port at its start. */
  publicUrl(): string;
  /** Whether the operator's list, or an admin's word, lets Reeve work in a repository of GitHub. */
  isAllowed(name: string): Promise<boolean>;
  /** Whether webhooks of GitHub are taken: a secret is known. */
  takesWebhooks(): boolean;
}

const FORGE = 'github';

export function createConnectionCommands(deps: ConnectionDeps): Pick<Connections, 'begin' | 'finish' | 'forget' | 'examineToken'> {
  const { db, clock, ledger, apps, keeper } = deps;
  return {
    async begin(wish, by) {
      refuseSecondApp(keeper, wish.replace);
      const base = deps.publicUrl();
      const at = (path: string): string => new URL(path, base).href;
      const webhookUrl = at('/webhooks/github');
      if (!apps.reaches(webhookUrl))
        throw new AppError('refused', `GitHub cannot reach ${webhookUrl}, where its webhooks are to go.`, {
          code: 'public_url_needed',
          hint: 'Set REEVE_PUBLIC_URL to the address under which this server is reached from outside.',
        });
      const { postTo, manifest } = apps.registration({
        name: wish.name ?? appNameFor(base),
        homeUrl: base,
        webhookUrl,
        callbackUrl: at('/connect/github/callback'),
        installedUrl: at('/connect/github/installed'),
        organization: wish.organization,
      });
      const state = randomSecret();
      const now = clock.now();
      const expiresAt = new Date(now.getTime() + ATTEMPT_LIVES_MS);
      await db.tx(async (tx) => {
        const row = { id: sha256Hex(state), forge: FORGE, organization: wish.organization, manifest: manifest as JsonObject, postTo };
        await store.insertAttempt(tx, { ...row, begunBy: by.subject, expiresAt }, now);
        ledger.append(tx, { kind: 'connection.begun', subject: FORGE, actor: by.subject, payload: { organization: wish.organization } });
      });
      return { url: `${at('/connect/github')}?state=${state}`, postTo: `${postTo}?state=${state}`, manifest, expiresAt };
    },
    async finish(state, code) {
      const attempt = await store.takeAttempt(db, sha256Hex(state), clock.now());
      if (attempt === undefined) throw badState();
      const made = await apps.convert(code);
      keeper.keep(made);
      const app = toShown(made);
      await db.tx(async (tx) => ledger.append(tx, { kind: 'connection.made', subject: FORGE, actor: attempt.begunBy, payload: toPayload(made) }));
      return { app, installUrl: installUrlOf(app.url) };
    },
    async forget(by) {
      const { app } = keeper.current();
      const forgotten = keeper.forget();
      const payload = { app_id: app?.id ?? null, slug: app?.slug ?? null };
      if (forgotten) await db.tx(async (tx) => ledger.append(tx, { kind: 'connection.forgotten', subject: FORGE, actor: by.subject, payload }));
      return forgotten;
    },
    async examineToken(token, repositories) {
      const known = repositories.length > 0 ? repositories : await namesOf(deps);
      return apps.examineToken(token, known);
    },
  };
}

/** Settings go before what is kept: an App made beside them would never be used. */
function refuseSecondApp(keeper: AppKeeper, replace: boolean): void {
  const { source, app } = keeper.current();
  if (source === 'app_settings')
    throw new AppError('refused', 'The settings of this server name a GitHub App, and go before one that is made here.', {
      code: 'github_configured',
      hint: 'Take REEVE_GITHUB_APP_ID and REEVE_GITHUB_PRIVATE_KEY out and start again.',
    });
  if (source === 'app_kept' && !replace)
    throw new AppError('conflict', `Reeve works as the GitHub App ${app?.slug ?? ''} already.`, {
      code: 'github_connected',
      hint: 'See `reeve connect github --status`; --replace makes another one in its place.',
    });
}

const badState = (): AppError =>
  new AppError('forbidden', 'This link was used before, is too old, or was not made here.', {
    code: 'bad_state',
    hint: 'Begin again with `reeve connect github`.',
  });

export const toShown = ({ id, slug, name, url, owner }: MadeApp): ShownApp => ({ id, slug, name, url, owner });

const toPayload = ({ id, slug, owner, permissions, events }: MadeApp): JsonObject => ({ app_id: id, slug, owner, permissions, events });

async function namesOf({ projects }: Pick<ConnectionDeps, 'projects'>): Promise<string[]> {
  return (await projects.repositories()).filter(({ forge }) => forge === FORGE).map(({ name }) => name);
}
