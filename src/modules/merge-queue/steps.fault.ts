import { messageOf } from '#kernel/errors.ts';
import { suspect, attributionSentence } from '#modules/queue-schedule/index.ts';
import type { Build } from './decide.builds.ts';
import { decideAfterFault, FIRST_BACKOFF_MS } from './decide.ts';
import type { QueueEntry } from './model.ts';
import { releaseBuild } from './steps.build.ts';
import { settingsOf, type MergeQueueDeps } from './steps.context.ts';
import { EntryMoved, LeaseLost, moveTogether } from './steps.lease.ts';
import { move, quarantine } from './steps.merge.ts';
import type { Waker } from './steps.waker.ts';
import { listActive } from './store.read.ts';
import type { Lease } from './store.targets.ts';

/**
 * A fault is written to the rows it happened on; when even that fails, the next look starts from what the rows say. Several
 * members are taken apart, without a penalty, so that one whose checks break the machine ends up alone. False: the target is
 * no longer ours.
 */
export async function recordFault(
  deps: MergeQueueDeps,
  held: { lease: Lease; waker: Waker },
  build: Pick<Build, 'id' | 'members'>,
  error: unknown,
): Promise<boolean> {
  const { lease, waker } = held;
  const sentence = messageOf(error).slice(0, 4000);
  deps.log.warn({ changeRequest: build.members[0].id, build: build.id, error: sentence }, 'A step of the merge queue failed.');
  try {
    // The step may have moved the entries before it failed.
    const now = (await listActive(deps.db, lease)).filter((entry) => build.members.some(({ id }) => id === entry.id));
    const [entry, ...others] = now;
    if (entry === undefined) return true;
    if (others.length === 0) await faultOfOne(deps, entry, lease, sentence);
    else if (now.every(({ state }) => state === 'publishing')) await publishLater(deps, now, lease, sentence);
    else await takeApart(deps, { id: build.id, members: [entry, ...others] }, lease, sentence);
    return true;
  } catch (fault) {
    if (fault instanceof LeaseLost) return false;
    if (!(fault instanceof EntryMoved)) await waker.wait(settingsOf(deps).pollMs, waker.count());
    return true;
  }
}

async function faultOfOne(deps: MergeQueueDeps, entry: QueueEntry, lease: Lease, sentence: string): Promise<void> {
  const decision = decideAfterFault(entry, sentence, settingsOf(deps), deps.clock.now());
  const attribution = { kind: 'infrastructure' as const, detail: attributionSentence('infrastructure', [], []), with: [], runs: [] };
  if (decision.kind === 'quarantine') return quarantine(deps, { ...entry, attribution }, lease, decision.reason);
  // Published may be published: such an entry is looked at again where it stands, anything else is merged afresh.
  const to = entry.state === 'publishing' ? 'publishing' : 'queued';
  const again = to === 'queued' ? { build: null, candidate: null } : {};
  const change = { retries: decision.retries, notBefore: decision.notBefore, lastError: sentence, attribution, ...again };
  await move(deps, entry, lease, { to, event: 'fault', detail: { error: sentence.toWellFormed(), retries: decision.retries }, change });
}

const PUBLISH_AGAIN_MS = 5_000;

/** Published may be published: a build stays together where it stands until its branch can be looked at again. */
async function publishLater(deps: MergeQueueDeps, entries: readonly QueueEntry[], lease: Lease, sentence: string): Promise<void> {
  const notBefore = new Date(deps.clock.now().getTime() + PUBLISH_AGAIN_MS);
  const detail = { error: sentence.toWellFormed() };
  await moveTogether(deps, { lease, entries }, () => ({ to: 'publishing', event: 'fault', detail, change: { notBefore, lastError: sentence } }));
}

async function takeApart(deps: MergeQueueDeps, build: Pick<Build, 'id' | 'members'>, lease: Lease, sentence: string): Promise<void> {
  const suspicion = suspect({ id: build.id, size: build.members.length }, build.members[0].suspicion);
  const notBefore = new Date(deps.clock.now().getTime() + FIRST_BACKOFF_MS);
  await releaseBuild(deps, build, lease, { event: 'build.fault', detail: { error: sentence.toWellFormed() }, suspicion, notBefore });
}
