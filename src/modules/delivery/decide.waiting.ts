import type { AskedPeople } from '#modules/reviews/index.ts';
import type { AuthorKind, PullFacts, Waiting } from './model.pulls.ts';

const NO_PERSON = /\[bot\]$/i;

export function authorKindOf({ pull, author }: Pick<PullFacts, 'pull' | 'author'>): AuthorKind {
  if (pull.workItemId !== null) return 'agent';
  return author !== null && (NO_PERSON.test(author) || author === 'ghost') ? 'bot' : 'person';
}

/**
 * Who an open pull request waits for, and since when. The first that applies counts: what is under way, then what people were asked, then what
 * keeps it from being asked for, then reviews.
 */
export function decideWaiting(facts: PullFacts, people: AskedPeople | null): Waiting {
  const { pull } = facts;
  if (pull.state !== 'open') return { for: 'nobody', names: [], why: pull.state === 'merged' ? 'It is merged' : 'It is closed', since: null };
  return underWay(facts) ?? asked(facts) ?? held(facts) ?? reviewed(facts, people);
}

function underWay({ fix, run, entry, action }: PullFacts): Waiting | null {
  if (fix !== null) {
    const what = fix.what === 'reviews' ? 'the remarks of the reviews' : 'the conflict with the base';
    return { for: 'agent', names: run === null ? [] : [run.agent], why: `${nameOf(fix.by)} asked to have ${what} worked on`, since: fix.at };
  }
  if (entry !== null && QUEUED.has(entry.state)) return { for: 'queue', names: [], why: 'The merge queue verifies it', since: entry.at };
  if (entry !== null && entry.state === 'quarantined' && action?.status !== 'pending')
    return { for: 'people', names: [], why: 'The merge queue set it aside; somebody has to choose', since: entry.at };
  if (action !== null && action.status !== 'pending')
    return { for: 'queue', names: [], why: 'The merge was approved and is under way', since: action.at };
  return null;
}

const QUEUED: ReadonlySet<string> = new Set(['queued', 'merging', 'verifying', 'publishing']);

function asked({ action }: PullFacts): Waiting | null {
  if (action === null) return null;
  const names = action.asked === null ? action.approvers.map((role) => `role:${role}`) : [action.asked.replace(/^person:/, '')];
  const left = action.needed - action.yes;
  const votes = action.needed > 1 ? ` (${left} of ${action.needed} still to say yes)` : '';
  const why =
    action.kind === 'pr.merge' ? `The merge waits for a decision${votes}` : 'Its checks stay red; whether an agent tries again waits for a decision';
  return { for: 'approvers', names, why, since: action.at };
}

/** What keeps it from going on, until somebody does something about it. */
function held(facts: PullFacts): Waiting | null {
  const { pull, run, checks, story, objectors, verdicts } = facts;
  if (run !== null)
    return { for: 'agent', names: [run.agent], why: run.role === 'reviewer' ? 'An agent reviews it' : 'An agent works on it', since: run.at };
  const against = [...new Set([...objectors, ...verdicts.filter(({ verdict }) => verdict === 'changes_requested').map(({ author }) => author)])];
  const ofAgent = pull.workItemId !== null;
  const goesOn = story !== null && story.endedAt === null;
  if (against.length > 0) {
    const since = latest(verdicts.filter(({ verdict }) => verdict === 'changes_requested').map(({ at }) => at));
    const why = `${against.join(' and ')} asked for changes`;
    // The story of an agent's waits until somebody has the remarks worked on.
    return ofAgent ? { for: 'people', names: against, why, since } : { for: 'author', names: listOf(facts.author), why, since };
  }
  if (checks.failed > 0 || checks.verdict === 'red') {
    if (goesOn) return { for: 'agent', names: [], why: 'Its checks are red; an agent is sent', since: checks.at };
    return { for: ofAgent ? 'people' : 'author', names: ofAgent ? [] : listOf(facts.author), why: 'Its checks are red', since: checks.at };
  }
  if (story !== null && story.endedAt !== null)
    return {
      for: 'people',
      names: [],
      why: story.detail === null ? 'Its story has ended' : `Its story has ended: ${firstLine(story.detail)}`,
      since: story.endedAt,
    };
  if (checks.pending > 0 || (goesOn && pull.draft))
    return { for: 'ci', names: [], why: 'Its checks are not done', since: checks.at ?? pull.updatedAt };
  if (pull.draft) return { for: 'author', names: listOf(facts.author), why: 'It is a draft', since: facts.openedAt };
  return null;
}

function reviewed({ verdicts, openedAt, pull, author }: PullFacts, people: AskedPeople | null): Waiting {
  const yes = verdicts.filter(({ verdict }) => verdict === 'approved');
  if (yes.length > 0) {
    const why = `${yes.map((one) => one.author).join(' and ')} approved it; it can be merged`;
    return {
      for: pull.workItemId === null ? 'author' : 'people',
      names: pull.workItemId === null ? listOf(author) : [],
      why,
      since: latest(yes.map(({ at }) => at)),
    };
  }
  // Nobody was named, or nobody yet for its newest commit.
  if (people === null) return { for: 'reviewers', names: [], why: 'It waits for a review', since: openedAt };
  const { awaited, answered, askedAt, answeredAt } = people;
  const why = answered.length === 0 ? 'Nobody has reviewed it yet' : `${answered.join(' and ')} reviewed it; nobody has approved it yet`;
  return { for: 'reviewers', names: awaited, why, since: awaited.length > 0 ? askedAt : answeredAt };
}

const nameOf = (subject: string): string => subject.replace(/^(person|agent):/, '');
const listOf = (name: string | null): string[] => (name === null ? [] : [name]);
const firstLine = (text: string): string => (text.split('\n')[0] ?? '').replace(/\.$/, '').slice(0, 200);
const latest = (instants: readonly Date[]): Date | null =>
  instants.reduce<Date | null>((newest, at) => (newest === null || at > newest ? at : newest), null);
