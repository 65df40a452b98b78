import path from 'node:path';
import type { Clock } from '#kernel/clock.ts';
import type { Ids } from '#kernel/ids.ts';
import type { ForgeRead } from '#ports/forge-read.ts';
import type { ForgeWrite } from '#ports/forge-write.ts';
import type { TrackerRead } from '#ports/tracker-read.ts';
import type { TrackerWrite } from '#ports/tracker-write.ts';
import { createGit } from './client.ts';
import { createCourier, type Courier, type CourierDeps } from './deliver.ts';
import { createForgeRead } from './forge-read.ts';
import { createForgeWrite } from './forge-write.ts';
import { createManagement, type LocalManagement } from './manage.ts';
import { checkLocalName, toUrlOf } from './map.ts';
import { createPathRepositories, inspectWith, type PathInspection } from './path.ts';
import type { PullContext } from './pulls.ts';
import { createTrackerRead } from './tracker-read.ts';
import { createTrackerWrite } from './tracker-write.ts';

export { REEVE_LOGIN } from './map.ts';
export type { LocalDelivery } from './deliver.ts';
export type { LocalManagement } from './manage.ts';
export type { PathInspection } from './path.ts';

/** What this connector is, as data. */
export const localConnector = {
  name: 'local',
  title: 'Embedded forge and tracker, and repositories in folders',
  forges: ['local', 'path'],
  ports: ['forge-read', 'forge-write', 'tracker-read', 'tracker-write'],
} as const;

export interface LocalForgeDeps extends CourierDeps {
  clock: Clock;
  ids: Ids;
  /** Absolute folder of the bare repositories: `<owner>/<name>.git` in it. */
  reposDir: string;
  /** All that git sees of our environment; PATH. */
  env: Readonly<Record<string, string>>;
  /** Root of links to issues and pull requests. */
  publicUrl: string;
  /** Fault points, for crash tests. */
  crashpoint?: PullContext['crashpoint'];
}

export interface LocalForge {
  read: ForgeRead;
  /** For the executor alone. */
  write: ForgeWrite;
  tracker: TrackerRead;
  /** For the executor alone. */
  trackerWrite: TrackerWrite;
  /** What people do on the embedded forge; app gives it an HTTP side. */
  manage: LocalManagement;
  /** Events waiting for `onEvent`: flush at start and now and then, for those a crash left behind. */
  deliveries: Courier;
}

export function createLocalForge(deps: LocalForgeDeps): LocalForge {
  const git = createGit(deps.env);
  const courier = createCourier(deps);
  const context: PullContext = {
    db: deps.db,
    clock: deps.clock,
    ids: deps.ids,
    git,
    courier,
    urlOf: toUrlOf(deps.publicUrl),
    dirOf: (repository) => path.join(deps.reposDir, `${checkLocalName(repository)}.git`),
    crashpoint: deps.crashpoint ?? (() => Promise.resolve()),
  };
  const paths = createPathRepositories(git);
  return {
    read: createForgeRead(context, paths),
    write: createForgeWrite(context, paths),
    tracker: createTrackerRead(context),
    trackerWrite: createTrackerWrite(context),
    manage: createManagement(context),
    deliveries: courier,
  };
}

/**
 * Finds the repository a person's folder lies in, without a server. AppError not_found `folder_missing`, forbidden
 * `folder_not_accessible`, invalid `not_a_repository`, refused `detached_head`. An unborn branch is no error here.
 */
export function inspectPath(folder: string, env: Readonly<Record<string, string>>): Promise<PathInspection> {
  return inspectWith(createGit(env), folder);
}
