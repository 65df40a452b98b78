import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { ForgeApps, MadeApp } from '#ports/forge-app.ts';
import { randomSecret, sha256Hex } from '#platform/crypto/index.ts';
import type { Db } from '#platform/db/index.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import type { Projects } from '#modules/projects/index.ts';
import { decideOwner, decideSecondApp, heldBy, isSameName } from './decide.ts';
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

export function createConnectionCommands(deps: ConnectionDeps): Pick<Connections, 'begin' | 'finish' | 'confirm' | 'forget' | 'examineToken'> {
  const { db, clock, ledger, apps, keeper } = deps;
  return {
    async begin(wish, by) {
      refuseSecondApp(keeper, wish.replace);
      keeper.tryPlace();
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
        await store.insertAttempt(tx, { ...row, begunBy: by.subject, replaces: heldBy(keeper.current()), expiresAt }, now);
        ledger.append(tx, { kind: 'connection.begun', subject: FORGE, actor: by.subject, payload: { organization: wish.organization } });
      });
      return { url: `${at('/connect/github')}?state=${state}`, postTo: `${postTo}?state=${state}`, manifest, expiresAt };
    },
    finish: (state, code) => finish(deps, state, code),
    async confirm({ owner, slug, replace }, by) {
      const app = keeper.waiting();
      if (app === null) throw new AppError('not_found', 'No App waits for a confirmation.', { code: 'no_app_waits' });
      if (!isSameName(app.owner, owner) || !isSameName(app.slug, slug))
        throw new AppError('conflict', `The App that waits is ${app.slug} of ${app.owner}, not ${slug} of ${owner}.`, { code: 'other_app_waits' });
      refuseSecondApp(keeper, replace);
      const payload = { app_id: app.id, slug: app.slug, owner: app.owner };
      await db.tx(async (tx) => ledger.append(tx, { kind: 'connection.confirmed', subject: FORGE, actor: by.subject, payload }));
      keeper.take(app.id);
      return app;
    },
    async forget(by) {
      const app = keeper.current().app ?? keeper.waiting();
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

/**
 * The key of an App is told once: it is put aside before anything else can fail, and used when the ledger knows of it. Where this is cut
 * off in between, the App waits, and an admin confirms it.
 */
async function finish(deps: ConnectionDeps, state: string, code: string): ReturnType<Connections['finish']> {
  const { db, clock, ledger, apps, keeper } = deps;
  const id = sha256Hex(state);
  const begun = await store.attemptById(db, id, clock.now());
  if (begun === undefined) throw badState();
  refuseOther(keeper, begun.replaces);
  keeper.tryPlace();
  const attempt = await store.takeAttempt(db, id, clock.now());
  if (attempt === undefined) throw badState();
  const made = await apps.convert(code);
  const asked = decideOwner(attempt.organization, made.owner);
  if (asked === 'refused') {
    const payload = { ...toPayload(made), organization: attempt.organization };
    await db.tx(async (tx) => ledger.append(tx, { kind: 'connection.refused', subject: FORGE, actor: attempt.begunBy, payload }));
    throw new AppError('refused', `The App belongs to ${made.owner}, and was to belong to ${attempt.organization ?? ''}.`, { code: 'wrong_owner' });
  }
  keeper.putAside(made);
  const payload = { ...toPayload(made), waits: asked === 'waits' };
  await db.tx(async (tx) => ledger.append(tx, { kind: 'connection.made', subject: FORGE, actor: attempt.begunBy, payload }));
  const app = toShown(made);
  if (asked === 'used') {
    refuseOther(keeper, attempt.replaces);
    keeper.take(app.id);
  }
  return { app, installUrl: installUrlOf(app.url), waits: asked === 'waits' };
}

function refuseSecondApp(keeper: AppKeeper, replace: boolean): void {
  const refusal = decideSecondApp(keeper.current(), replace);
  if (refusal !== null) throw refusal;
}

/** Another App came in between: whoever began did not know of it. */
function refuseOther(keeper: AppKeeper, replaces: string | null): void {
  const now = keeper.current();
  refuseSecondApp(keeper, heldBy(now) === replaces);
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
