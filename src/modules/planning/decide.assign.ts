import { globsOverlap } from './decide.scope.ts';
import { wordsOf } from '#kernel/words.ts';
import type { AgentRole, Assignment, CandidateScore, PlannedTask } from './model.ts';

/** A person as assignment sees them; `modules/people` Person fits. */
export interface PersonCandidate {
  handle: string;
  skills: readonly string[];
  capacityHoursPerWeek: number;
  timezone: string;
  wipLimit: number;
  owns: readonly string[];
  active: boolean;
}

/** An agent as assignment sees it; `modules/agents` AgentSummary fits. */
export interface AgentCandidate {
  name: string;
  skills?: readonly string[];
  /** Most runs at once. */
  concurrency?: number;
  /** Roles it may fill in this project; left out: any. */
  roles?: readonly AgentRole[];
}

export interface AssignFacts {
  people: readonly PersonCandidate[];
  agents: readonly AgentCandidate[];
  /** Open tasks by `person:<handle>` or `agent:<name>`. */
  load: Readonly<Record<string, number>>;
  /** Time zones of those they must talk to (requester, reviewers); empty: everybody is near enough. */
  timezones: readonly string[];
  now: Date;
  /**
   * Who does the work. `agents`: people are scored too, because one of them is accountable, but the work goes to an agent
   * unless policy keeps agents off the task. `anyone` (default): to whoever fits best.
   */
  doers?: 'agents' | 'anyone';
  /** Tasks policy sends no agent to, by key, with its reason. */
  refusedToAgents?: ReadonlyMap<string, string>;
}

type TaskFacts = Pick<PlannedTask, 'key' | 'title' | 'description' | 'scope' | 'estimate' | 'role'>;

const WEIGHTS = { skill: 40, ownership: 25, capacity: 20, timezone: 15 } as const;
const HOURS: Readonly<Record<PlannedTask['estimate'], number>> = { XS: 2, S: 6, M: 16, L: 32, XL: 64 };
const WORKDAY = { from: 9, to: 17 } as const;

/**
 * Gives each task to the best candidate, people and agents by one measure: skills that fit the task's words and files, paths
 * they own, room left (work-in-progress limit and weekly hours for people, concurrency for agents), shared working hours.
 * Tasks are given out in order and each counts as load for the next. Ties go to the name that sorts first, agents before
 * people. Nobody able: the assignment says so and names no one. Besides who does it, one person answers for it: the
 * assignee, or for an agent's task the person who fits best.
 */
export function decideAssignments(tasks: readonly TaskFacts[], facts: AssignFacts): Map<string, { assignee: string | null; assignment: Assignment }> {
  const load: Record<string, number> = { ...facts.load };
  const result = new Map<string, { assignee: string | null; assignment: Assignment }>();
  for (const task of tasks) {
    const candidates = [
      ...facts.agents
        .filter(({ roles }) => roles === undefined || roles.includes(task.role))
        .map((agent) => scoreAgent(task, agent, { load, facts })),
      ...facts.people.map((person) => scorePerson(task, person, load, facts)),
    ].sort(byScore);
    const best = candidates.find((candidate) => mayTake(candidate, task.key, facts));
    if (best !== undefined) load[best.who] = (load[best.who] ?? 0) + 1;
    result.set(task.key, {
      assignee: best?.who ?? null,
      assignment: {
        reason: reasonOf(best, candidates, (candidate) => mayTake(candidate, task.key, facts)),
        by: 'rules',
        score: best?.score ?? null,
        candidates: candidates.slice(0, 10),
        suggestedSprint: null,
        accountable: accountableFor(best?.who ?? null, candidates),
      },
    });
  }
  return result;
}

/** Able, and one of those the work may go to. */
export function mayTake({ who, score }: CandidateScore, taskKey: string, facts: Pick<AssignFacts, 'doers' | 'refusedToAgents'>): boolean {
  if (score === null) return false;
  return facts.doers !== 'agents' || who.startsWith('agent:') || facts.refusedToAgents?.has(taskKey) === true;
}

/** Who answers for a task: the person who does it, or of the able people the one who fits best. Null: nobody is there. */
export function accountableFor(assignee: string | null, candidates: readonly CandidateScore[]): Assignment['accountable'] {
  const people = candidates.filter(({ who }) => who.startsWith('person:'));
  const person = people.find(({ who }) => who === assignee) ?? people.find(({ score }) => score !== null);
  if (person === undefined) return assignee?.startsWith('person:') === true ? { who: assignee, reason: 'Does it.' } : null;
  if (person.who === assignee) return { who: person.who, reason: `Does it: ${person.says.join('; ')}.` };
  return { who: person.who, reason: `Fits best among the people, with ${person.score ?? 0} of 100: ${person.says.join('; ')}.` };
}

function byScore(left: CandidateScore, right: CandidateScore): number {
  return (right.score ?? -1) - (left.score ?? -1) || (left.who < right.who ? -1 : 1);
}

function reasonOf(
  best: CandidateScore | undefined,
  candidates: readonly CandidateScore[],
  isInReach: (candidate: CandidateScore) => boolean,
): string {
  if (best === undefined)
    return candidates.length === 0
      ? 'Nobody is there to take it.'
      : `Nobody can take it now: ${candidates
          .map(({ who, says }) => `${who} (${says[0] ?? 'no reason'})`)
          .slice(0, 3)
          .join(', ')}.`;
  const next = candidates.find((candidate) => candidate !== best && isInReach(candidate));
  const better = candidates.find((candidate) => (candidate.score ?? -1) > (best.score ?? 0));
  const passed = better === undefined ? '' : ` (the work goes to agents; ${better.who} with ${better.score ?? 0} would fit better)`;
  const lead =
    next === undefined
      ? 'the only one who can take it'
      : next.score === best.score
        ? `as good as ${next.who}, first by name`
        : `ahead of ${next.who} (${next.score ?? 0})`;
  return `${best.who} with ${best.score ?? 0} of 100, ${lead}${passed}: ${best.says.join('; ')}.`;
}

function scoreAgent(
  task: TaskFacts,
  agent: AgentCandidate,
  { load, facts }: { load: Readonly<Record<string, number>>; facts: AssignFacts },
): CandidateScore {
  const who = `agent:${agent.name}`;
  const refusal = facts.refusedToAgents?.get(task.key);
  if (refusal !== undefined) return { who, score: null, parts: { skill: 0, ownership: 0, capacity: 0, timezone: 0 }, says: [`policy: ${refusal}`] };
  const limit = agent.concurrency ?? 1;
  const busy = load[who] ?? 0;
  // A full agent stays a candidate: its runs queue. A person over the limit does not.
  const room = Math.max(0, limit - busy) / limit;
  const skill = skillOf(task, agent.skills ?? []);
  return total(who, { skill: skill.part, ownership: 0, capacity: room, timezone: 1 }, [
    skill.says,
    `${busy} of ${limit} runs taken`,
    'works at any hour',
  ]);
}

function scorePerson(task: TaskFacts, person: PersonCandidate, load: Readonly<Record<string, number>>, facts: AssignFacts): CandidateScore {
  const who = `person:${person.handle}`;
  const busy = load[who] ?? 0;
  const none = { skill: 0, ownership: 0, capacity: 0, timezone: 0 };
  if (!person.active) return { who, score: null, parts: none, says: ['not active'] };
  if (busy >= person.wipLimit) return { who, score: null, parts: none, says: [`work-in-progress limit reached (${busy} of ${person.wipLimit})`] };
  if (person.capacityHoursPerWeek <= 0) return { who, score: null, parts: none, says: ['no hours this week'] };
  const skill = skillOf(task, person.skills);
  const owned = task.scope.filter((glob) => glob !== '**' && person.owns.some((path) => globsOverlap(path, glob)));
  const hours = Math.min(1, person.capacityHoursPerWeek / HOURS[task.estimate]);
  const room = ((person.wipLimit - busy) / person.wipLimit) * hours;
  const shared = sharedHours(person.timezone, facts.timezones, facts.now);
  return total(
    who,
    {
      skill: skill.part,
      ownership: owned.length === 0 ? 0 : owned.length / task.scope.filter((glob) => glob !== '**').length,
      capacity: room,
      timezone: shared / (WORKDAY.to - WORKDAY.from),
    },
    [
      skill.says,
      ...(owned.length === 0 ? [] : [`owns ${owned.slice(0, 3).join(', ')}`]),
      `${busy} of ${person.wipLimit} tasks taken, ${person.capacityHoursPerWeek} h a week`,
      `${shared} shared working hours`,
    ],
  );
}

function total(who: string, parts: CandidateScore['parts'], says: string[]): CandidateScore {
  const points = {
    skill: round(parts.skill * WEIGHTS.skill),
    ownership: round(parts.ownership * WEIGHTS.ownership),
    capacity: round(parts.capacity * WEIGHTS.capacity),
    timezone: round(parts.timezone * WEIGHTS.timezone),
  };
  return { who, score: round(points.skill + points.ownership + points.capacity + points.timezone), parts: points, says };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const LANGUAGE: Readonly<Record<string, readonly string[]>> = {
  javascript: ['js', 'jsx', 'mjs', 'cjs'],
  typescript: ['ts', 'tsx', 'mts', 'cts'],
  python: ['py'],
  ruby: ['rb'],
  go: ['go'],
  rust: ['rs'],
  java: ['java'],
  php: ['php'],
  css: ['css', 'scss', 'less'],
  sql: ['sql'],
  docs: ['md', 'mdx', 'rst'],
  writing: ['md', 'mdx', 'rst'],
};

/**
 * Share of a candidate's skills that the task asks for, by its words (`billing`, `area:cart`) and the languages of its files.
 * Two hits are full marks: long lists of skills must not count against anybody.
 */
function skillOf(task: TaskFacts, skills: readonly string[]): { part: number; says: string } {
  const words = new Set(wordsOf(`${task.title} ${task.description} ${task.scope.join(' ')} ${task.role}`));
  const endings = new Set(task.scope.map((glob) => glob.slice(glob.lastIndexOf('.') + 1).toLowerCase()));
  const hits = skills.filter((skill) => {
    const name = skill.toLowerCase().replace(/^\w+:/, '');
    return (LANGUAGE[name] ?? []).some((ending) => endings.has(ending)) || wordsOf(name).some((word) => words.has(word));
  });
  return { part: Math.min(1, hits.length / 2), says: hits.length === 0 ? 'no skill named fits' : `knows ${hits.slice(0, 4).join(', ')}` };
}

/** Working hours (9 to 17 local) that a zone shares with the nearest of the others; all of them when there are none. */
export function sharedHours(timezone: string, others: readonly string[], now: Date): number {
  const own = offsetHours(timezone, now);
  if (own === null) return 0;
  const full = WORKDAY.to - WORKDAY.from;
  if (others.length === 0) return full;
  const gaps = others
    .map((other) => offsetHours(other, now))
    .filter((offset) => offset !== null)
    .map((offset) => Math.abs(((own - offset + 36) % 24) - 12));
  return gaps.length === 0 ? 0 : Math.max(0, Math.round((full - Math.min(...gaps)) * 10) / 10);
}

/** Hours ahead of UTC at that instant, or null for a zone nobody knows. */
function offsetHours(timezone: string, now: Date): number | null {
  try {
    const text =
      new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' })
        .formatToParts(now)
        .find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes] = /^GMT(?:([+-])(\d{2}):(\d{2}))?$/.exec(text) ?? [];
    if (sign === undefined) return text === 'GMT' ? 0 : null;
    return (sign === '-' ? -1 : 1) * (Number(hours) + Number(minutes) / 60);
  } catch {
    return null;
  }
}
