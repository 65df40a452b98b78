import type { Actor } from '#kernel/actor.ts';
import { AppError, isAppError, messageOf } from '#kernel/errors.ts';
import type { Tx } from '#platform/db/index.ts';
import type { ActionKind, ProposingTx } from '#modules/actions/index.ts';
import type { WorkItem } from '#modules/work/index.ts';
import { mayMove } from '#modules/work/index.ts';
import { decideOutsideEnd, pathToEnd } from './decide.ends.ts';
import { endOf, STORY_ENDED, type Story, type StoryEnd } from './model.ts';
import { observe, type Observed } from './queries.ends.ts';
import type { EndingsDeps } from './steps.context.ts';
import { tidy } from './commands.tidy.ts';

/** What ends a story from outside, and what tells a story that this has happened. */
export interface Endings {
  /**
   * Looks at the forge, and ends the story under way when people have ended it there: its pull request merged or closed, its issue
   * closed. `hint`: login of who did it, where an event says so and the forge does not. Null: there is nothing to end.
   */
  look(workItemId: string, hint?: string | null): Promise<Story | null>;
  /** Looks for every story under way: for what happened while nobody listened. Answers how many it ended; a forge that is away is passed over. */
  lookAround(): Promise<number>;
  /** Keeps what became of the pull request after its story had ended: one that people still merge makes the work done. */
  follow(workItemId: string, login: string): Promise<void>;
  /** Ends the story under way by the word of a person on the forge that is no state there (a label taken off). Null: none is. */
  takeBack(workItemId: string, why: { detail: string; login: string }): Promise<Story | null>;
  /**
   * A person stops the story under way; nothing on the forge changes. Answers when nothing of it runs any more. AppError not_found,
   * conflict `story_ended` (with how), `no_story`, `merge_begun`.
   */
  stop(workItemId: string, reason: string | null, by: Actor): Promise<Story>;
  /**
   * As `stop`, because something must be known first: the issue waits for information, with what is asked as the reason. `also` is done in the
   * transaction that ends the story, may propose actions and may run more than once.
   */
  setAside(workItemId: string, asked: string, by: Actor, also: (tx: ProposingTx) => Promise<void>): Promise<Story>;
  /** Takes back what an ended story left waiting, queued or running. Idempotent; after a normal end it does nothing. */
  tidy(workItemId: string): Promise<void>;
  /** How the story of this workflow was ended from outside, tidied up; null while it is its own to tell. `look`: asks the forge first. */
  ended(workflowId: string, look: boolean): Promise<StoryEnd | null>;
  /** Ends the story of a workflow that cannot go on, with this sentence, and takes back what it left waiting. A merge under way is not: it is looked for later. */
  abandon(workflowId: string, detail: string): Promise<StoryEnd>;
}

export function createEndings(deps: EndingsDeps): Endings {
  return {
    look: (workItemId, hint = null) => look(deps, workItemId, hint),
    lookAround: () => lookAround(deps),
    follow: (workItemId, login) => follow(deps, workItemId, login),
    takeBack: (workItemId, why) => takeBack(deps, workItemId, why),
    stop: (workItemId, reason, by) => stop(deps, workItemId, { end: { as: 'declined', detail: stoppedBy(by, reason) } }, by),
    setAside: (workItemId, asked, by, also) => stop(deps, workItemId, { end: { as: 'needs_info', detail: asked }, also }, by),
    async tidy(workItemId) {
      for (const story of await deps.store.endedFromOutside(deps.db, workItemId)) await tidy(deps, story);
    },
    ended: (workflowId, lookFirst) => ended(deps, workflowId, lookFirst),
    abandon: (workflowId, detail) => abandon(deps, workflowId, { as: 'failed', detail }),
  };
}

async function abandon(deps: EndingsDeps, workflowId: string, how: StoryEnd): Promise<StoryEnd> {
  const story = await deps.store.storyByWorkflow(deps.db, workflowId);
  const item = story === null || story.endedAs !== null ? null : await deps.work.get(story.workItemId);
  if (story !== null && item !== null) await end(deps, { item, story, end: how, by: 'system', seen: null });
  return (await ended(deps, workflowId, false)) ?? how;
}

/** The story under way with its item; null: none is. */
async function underWay(deps: EndingsDeps, workItemId: string): Promise<{ item: WorkItem; story: Story } | null> {
  const story = await deps.store.currentStory(deps.db, workItemId);
  if (story === null || story.endedAs !== null) return null;
  const item = await deps.work.get(workItemId);
  return item === null ? null : { item, story };
}

async function look(deps: EndingsDeps, workItemId: string, hint: string | null): Promise<Story | null> {
  const current = await underWay(deps, workItemId);
  if (current === null) return null;
  const seen = await observe(deps, current.item, current.story, hint);
  const outside = decideOutsideEnd(seen.facts);
  if (outside === null) return null;
  return end(deps, { ...current, end: outside.end, by: await subjectOf(deps, current.item.source, outside.login), seen });
}

async function lookAround(deps: EndingsDeps): Promise<number> {
  let count = 0;
  for (const workItemId of await deps.store.itemsUnderWay(deps.db)) {
    try {
      if ((await look(deps, workItemId, null)) !== null) count += 1;
    } catch (error) {
      deps.log.warn({ workItem: workItemId, error: messageOf(error) }, 'The forge could not be asked about a story; it is asked again.');
    }
  }
  return count;
}

async function takeBack(deps: EndingsDeps, workItemId: string, { detail, login }: { detail: string; login: string }): Promise<Story | null> {
  const current = await underWay(deps, workItemId);
  if (current === null) return null;
  return end(deps, { ...current, end: { as: 'declined', detail }, by: await subjectOf(deps, current.item.source, login), seen: null });
}

async function follow(deps: EndingsDeps, workItemId: string, login: string): Promise<void> {
  const item = await deps.work.get(workItemId);
  const stored = await deps.store.pullOfWorkItem(deps.db, workItemId);
  const repository = stored === null ? null : await deps.projects.repository(stored.repositoryId);
  if (item === null || stored === null || repository === null) return;
  const pull = await deps.forge(repository.forge).pullByNumber({ forge: repository.forge, name: repository.name }, stored.number);
  if (pull === null) return;
  const who = pull.endedBy ?? (login === '' ? null : login);
  const by = await subjectOf(deps, item.source, who);
  await deps.db.tx(async (tx) => {
    const now = (await deps.work.getIn(tx, item.id)) ?? item;
    if (pull.state === 'merged' && mayMove(now.state, 'merged'))
      await deps.work.transition(tx, item.id, 'merged', `Pull request #${pull.number} was merged${who === null ? '' : ` by ${who}`}.`, by);
    await deps.store.savePull(tx, { ...stored, pull });
  });
}

function stoppedBy(by: Actor, reason: string | null): string {
  const name = by.subject.replace(/^person:/, '');
  return `Stopped by ${name}${reason === null || reason.trim() === '' ? '.' : `: ${reason.trim()}`}`;
}

async function stop(deps: EndingsDeps, workItemId: string, how: Pick<Ending, 'end' | 'also'>, by: Actor): Promise<Story> {
  const item = await deps.work.get(workItemId);
  if (item === null) throw new AppError('not_found', `There is no issue ${workItemId}.`);
  const story = await deps.store.currentStory(deps.db, item.id);
  if (story === null) throw new AppError('conflict', 'No story was started for this issue, so there is nothing to stop.', { code: 'no_story' });
  const ending: Ending = { item, story, ...how, by: by.subject, seen: null };
  let stopped = story.endedAs === null ? await end(deps, ending) : null;
  if (stopped === null && story.endedAs === null && (await leftForgeQueue(deps, story, how.end.detail))) stopped = await end(deps, ending);
  if (stopped === null) throw notStopped(await deps.store.currentStory(deps.db, item.id));
  await tidyNow(deps, stopped);
  return stopped;
}

/** A merge that only waits in the forge's own queue can still be taken out of it; whatever cannot be looked at or taken back lands. */
async function leftForgeQueue(deps: EndingsDeps, story: Story, reason: string): Promise<boolean> {
  const { items } = await deps.actions.list({ workItemId: story.workItemId, kind: LANDING[story.kind], status: 'executing', limit: 20 });
  const merge = items.find((action) => action.createdAt >= story.startedAt);
  const stored = merge === undefined ? null : await deps.store.pullOfWorkItem(deps.db, story.workItemId);
  const repository = stored === null ? null : await deps.projects.repository(stored.repositoryId);
  if (merge === undefined || stored === null || repository === null) return false;
  const { forge, name } = repository;
  try {
    const standing = await deps.forge(forge).queueState?.({ forge, name }, stored.number);
    return standing?.state === 'waiting' && (await deps.actions.giveUp(merge.id, reason)).status === 'failed';
  } catch (error) {
    if (!isAppError(error)) throw error;
    deps.log.warn({ err: error, workItem: story.workItemId }, "A merge could not be taken out of the forge's queue.");
    return false;
  }
}

function notStopped(story: Story | null): AppError {
  if (story?.endedAs === null)
    return new AppError('conflict', 'What it built is landing right now; that can no longer be stopped.', {
      code: 'merge_begun',
      hint: 'Look again in a moment: if the merge fails, the story can be stopped.',
    });
  const detail = { ended_as: story?.endedAs ?? null, ended_by: story?.endedBy ?? null, detail: story?.detail ?? null };
  return new AppError('conflict', `The story has ended already: ${story?.detail ?? 'nobody knows how'}`, { code: STORY_ENDED, detail });
}

async function ended(deps: EndingsDeps, workflowId: string, lookFirst: boolean): Promise<StoryEnd | null> {
  let story = await deps.store.storyByWorkflow(deps.db, workflowId);
  if (lookFirst && story !== null && story.endedAs === null) story = (await lookIfReachable(deps, story)) ?? story;
  const how = story === null ? null : endOf(story);
  // Only an end that somebody else gave it stops its steps: one that is run again after a crash goes on to its own.
  if (story === null || how === null || story.endedBy === null) return null;
  await tidyNow(deps, story);
  return how;
}

/** For whoever must not wait: what cannot be taken back at this moment is taken back by the event of the end, which is delivered until it is. */
async function tidyNow(deps: EndingsDeps, story: Story): Promise<void> {
  try {
    await tidy(deps, story);
  } catch (error) {
    deps.log.warn({ workItem: story.workItemId, error: messageOf(error) }, 'A story that was ended could not be tidied up yet; it is done again.');
  }
}

/** A forge that is away, or refuses to answer, says nothing: the story goes on, and what needs the forge meets the same by itself. */
async function lookIfReachable(deps: EndingsDeps, story: Story): Promise<Story | null> {
  try {
    return await look(deps, story.workItemId, null);
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
}

/** A linked person, the person of that handle on the embedded forge, else the login as the forge names it. */
async function subjectOf(deps: Pick<EndingsDeps, 'people'>, forge: string, login: string | null): Promise<string> {
  if (login === null) return `forge:${forge}`;
  const person = (await deps.people.personFor(forge, login)) ?? (forge === 'local' ? await deps.people.byHandle(login) : null);
  return person === null ? `${forge}:${login}` : `person:${person.handle}`;
}

interface Ending {
  item: WorkItem;
  story: Story;
  end: StoryEnd;
  by: string;
  /** The pull request as the forge showed it; kept with the end. */
  seen: Observed | null;
  /** Done with the end or not at all. */
  also?: (tx: ProposingTx) => Promise<void>;
}

/** The action by which a story brings its work home. */
const LANDING: Readonly<Record<Story['kind'], ActionKind>> = { issue: 'pr.merge', request: 'branch.push' };

/**
 * Writes the end: from then on every step of the story refuses. What it left behind is taken back by whoever hears of `story.ended`, so
 * that a crash in between leaves nothing. Null when the story came to another end first, or is bringing its work home: the
 * landing is taken back in the same transaction, so that it is either done and the end, or never begun. The item before the story:
 * the same order as the story's own end, so that the two never wait for each other.
 */
async function end(deps: EndingsDeps, ending: Ending): Promise<Story | null> {
  const { item, story, by } = ending;
  const landings = ending.end.as === 'merged' ? [] : await landingsOf(deps, story);
  if (landings === null) return null;
  const { also } = ending;
  const write = async (tx: Tx): Promise<void> => {
    for (const id of landings) await deps.actions.withdraw(tx, id, ending.end.detail, by);
    const now = (await deps.work.getIn(tx, item.id)) ?? item;
    for (const state of pathToEnd(now.state, ending.end, mayMove)) await deps.work.transition(tx, item.id, state, ending.end.detail, by);
    if (ending.seen?.pull !== undefined && ending.seen.pull !== null) await deps.store.savePull(tx, ending.seen.pull);
    await deps.store.endStory(tx, story.workflowId, ending.end, by);
    const facts = { as: ending.end.as, detail: ending.end.detail, ended_by: by };
    deps.ledger.append(tx, {
      kind: 'story.ended',
      subject: item.id,
      actor: by,
      projectId: item.projectId,
      workItemId: item.id,
      payload: { ...facts, generation: story.generation, merge_sha: ending.seen?.pull?.pull.mergeSha ?? null },
    });
    await deps.outbox.put(tx, {
      type: 'story.ended',
      subject: item.id,
      workItemId: item.id,
      projectId: item.projectId,
      data: { ...facts, title: item.title, number: item.number },
    });
  };
  try {
    if (also === undefined) await deps.db.tx(write);
    else
      await deps.actions.transaction(async (tx) => {
        await write(tx);
        await also(tx);
      });
  } catch (error) {
    if (isAppError(error, 'conflict') && (error.code === STORY_ENDED || error.code === 'action_executing')) return null;
    throw error;
  }
  return deps.store.storyByWorkflow(deps.db, story.workflowId);
}

/** What of it is not done yet; null: the work is home already, and the story is about to say so. */
async function landingsOf(deps: EndingsDeps, story: Story): Promise<string[] | null> {
  const ids: string[] = [];
  for (const status of ['pending', 'approved', 'executing', 'executed'] as const) {
    const { items } = await deps.actions.list({ workItemId: story.workItemId, kind: LANDING[story.kind], status, limit: 50 });
    const own = items.filter((action) => action.createdAt >= story.startedAt);
    if (status === 'executed' && own.length > 0) return null;
    ids.push(...own.map((action) => action.id));
  }
  return ids;
}
