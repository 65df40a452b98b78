import { isAtLeast, type Role } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { Actions } from '#modules/actions/index.ts';
import type { Approval, Approvals } from '#modules/approvals/index.ts';
import { renderCard, visible } from '#modules/approvals/index.ts';
import type { Triage } from '#modules/triage/index.ts';
import type { Work } from '#modules/work/index.ts';
import type { ChatAnswers, ChatRead, ChatSpeaker } from '#ports/chat.ts';
import type { Shown } from './decide.message.ts';
import type { Linked } from './model.ts';

/** A person as chat needs them. */
export interface ChatPerson {
  id: string;
  handle: string;
  role: Role;
  active: boolean;
}

export interface ChatDeps {
  db: Db;
  log: Log;
  /** Name of the chat system in identities (`slack`). */
  source: string;
  /** The one workspace that is listened to; null: whichever the signing secret belongs to. */
  team: string | null;
  /** Where approvals are posted; null: nowhere, people are answered only. */
  channel: string | null;
  answers: ChatAnswers;
  read: ChatRead;
  /** Ids of the projects a person is limited to; null: none. As over HTTP, whoever is limited learns of nothing else. */
  projectsOf(personId: string): Promise<readonly string[] | null>;
  people: { personFor(source: string, externalId: string): Promise<ChatPerson | null> };
  approvals: Pick<Approvals, 'get' | 'decide' | 'note' | 'reassign' | 'eligible'>;
  actions: Pick<Actions, 'propose' | 'transaction' | 'byKey'>;
  work: Pick<Work, 'get' | 'list'>;
  triage: Pick<Triage, 'get'>;
  /** Name of a repository, for `/triage owner/name#7`. */
  repositoryName(id: string): Promise<string | null>;
}

/**
 * The person who speaks. An explicit link decides, never a name or an address: `TEAM:USER` first, then `USER` alone. AppError forbidden
 * `chat_unlinked` with the way to be linked, `chat_team` for another workspace, `person_inactive`.
 */
export async function linked(deps: ChatDeps, speaker: ChatSpeaker): Promise<Linked> {
  const { team, user } = speaker;
  if (deps.team !== null && team !== deps.team) throw new AppError('forbidden', 'This workspace is not connected to Reeve.', { code: 'chat_team' });
  const inTeam = team === null ? null : await deps.people.personFor(deps.source, `${team}:${user}`);
  const person = inTeam ?? (await deps.people.personFor(deps.source, user));
  if (person === null) throw await unlinked(deps, speaker);
  if (!person.active) throw new AppError('forbidden', `${person.handle} is not active.`, { code: 'person_inactive' });
  if (person.role === 'agent' || !isAtLeast(person.role, 'viewer'))
    throw new AppError('forbidden', 'An agent never decides.', { code: 'agent_never_decides' });
  const projects = await deps.projectsOf(person.id);
  return {
    handle: person.handle,
    projects,
    actor: { kind: 'person', subject: `person:${person.handle}`, role: person.role, personId: person.id, projects },
  };
}

async function unlinked(deps: ChatDeps, { team, user }: ChatSpeaker): Promise<AppError> {
  const name = await deps.read.userName(user).catch(() => null);
  const who = name === null ? user : `${visible(name).slice(0, 80)} (${user})`;
  const externalId = team === null ? user : `${team}:${user}`;
  return new AppError('forbidden', `Reeve does not know who ${who} is.`, {
    code: 'chat_unlinked',
    hint: `A manager links you: POST /v1/identities {"source": "${deps.source}", "external_id": "${externalId}", "person_id": "pers_…"}. Then try again.`,
  });
}

/** The approval somebody speaks about. AppError not_found, also for one of a project that is none of theirs. */
export async function approvalFor(deps: ChatDeps, id: string, { projects }: Linked): Promise<Approval> {
  const approval = await deps.approvals.get(id);
  if (approval === null || !(projects === null || projects.includes(approval.action.projectId ?? '')))
    throw new AppError('not_found', `There is no approval ${id}.`);
  return approval;
}

/** How an approval is shown: the card the server made, and every other text with its hidden characters as escapes. */
export const shownOf = (approval: Approval): Shown => ({ card: renderCard(approval.action), visible });
