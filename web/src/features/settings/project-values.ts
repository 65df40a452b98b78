import type { Body } from '../../api/client.ts';
import { toLines, toNumber } from './draft.ts';
import type { Project } from './queries.ts';

export interface CheckForm {
  name: string;
  command: string;
  timeout_s: string;
  coverage: string;
}

/** A project while it is typed into: flat, and numbers and lists as texts. */
export interface ProjectForm {
  name: string;
  opted_out: boolean;
  ready_label: string;
  assign: string;
  self_approval: string;
  checks: CheckForm[];
  setup: string;
  ci: string;
  sandbox: string;
  network: string;
  coder: string;
  reviewer: string;
  tester: string;
  planner: string;
  lanes: string;
  most_batch: string;
  structured_merge: string;
  combined: string;
  people_pulls: string;
  quiet_s: string;
  ask_reviewers: string;
  tests: string;
}

const ROLES = ['coder', 'reviewer', 'tester', 'planner'] as const;

export function toProjectForm({ name, opted_out, settings }: Project): ProjectForm {
  const roles = (settings.roles ?? {}) as Partial<Record<(typeof ROLES)[number], string>>;
  const { queue = {}, reviews = {} } = settings;
  return {
    name,
    opted_out,
    ready_label: settings.ready_label ?? '',
    assign: settings.assign ?? 'agents',
    self_approval: settings.self_approval ?? 'never',
    checks: (settings.checks ?? []).map((check) => ({
      name: check.name,
      command: check.command,
      timeout_s: String(check.timeout_s),
      coverage: check.coverage ?? '',
    })),
    setup: (settings.setup ?? []).join('\n'),
    ci: settings.ci ?? 'auto',
    sandbox: settings.sandbox ?? 'bwrap',
    network: settings.network ?? 'none',
    coder: roles.coder ?? '',
    reviewer: roles.reviewer ?? '',
    tester: roles.tester ?? '',
    planner: roles.planner ?? '',
    lanes: String(queue.lanes ?? ''),
    most_batch: String(queue.most_batch ?? ''),
    structured_merge: queue.structured_merge ?? 'on',
    combined: queue.combined ?? 'before',
    people_pulls: Array.isArray(reviews.people_pulls) ? 'named' : (reviews.people_pulls ?? 'off'),
    quiet_s: String(reviews.quiet_s ?? ''),
    ask_reviewers: reviews.ask_reviewers ?? 'off',
    tests: reviews.tests ?? 'suggest',
  };
}

type ProjectBody = Body<'/v1/projects/{id}', 'patch'>;
type Settings = NonNullable<ProjectBody['settings']>;

/** What is sent of the changes: a setting that was not touched is not named, so that it stays as somebody else may have set it. */
export function toProjectBody(changes: Partial<ProjectForm>, stored?: Pick<ProjectForm, (typeof ROLES)[number]>): ProjectBody {
  const { name, opted_out, checks, setup, coder, reviewer, tester, planner, lanes, most_batch, structured_merge, combined, ...rest } = changes;
  const { people_pulls, quiet_s, ask_reviewers, tests, ...plain } = rest;
  const queue = given({ lanes: numberOf(lanes), most_batch: numberOf(most_batch), structured_merge, combined });
  const reviews = given({ people_pulls: people_pulls === 'named' ? undefined : people_pulls, quiet_s: numberOf(quiet_s), ask_reviewers, tests });
  const roles = rolesOf({ coder, reviewer, tester, planner }, stored);
  const settings = given({
    ...plain,
    checks: checks?.map(toCheck),
    setup: setup === undefined ? undefined : toLines(setup),
    queue: Object.keys(queue).length === 0 ? undefined : queue,
    reviews: Object.keys(reviews).length === 0 ? undefined : reviews,
    roles,
  });
  return given({ name, opted_out, settings: Object.keys(settings).length === 0 ? undefined : (settings as Settings) }) as ProjectBody;
}

type Roles = Partial<Record<(typeof ROLES)[number], string | undefined>>;

/** The server replaces all roles at once, so those that were not touched come along. */
function rolesOf(changed: Roles, stored: Roles = {}): Record<string, string> | undefined {
  if (ROLES.every((role) => changed[role] === undefined)) return undefined;
  const named = ROLES.map((role) => [role, changed[role] ?? stored[role] ?? ''] as const);
  return Object.fromEntries(named.filter(([, agent]) => agent !== ''));
}

function toCheck({ name, command, timeout_s, coverage }: CheckForm) {
  const report = coverage.trim();
  return { name: name.trim(), command: command.trim(), timeout_s: numberOf(timeout_s) as number, ...(report === '' ? {} : { coverage: report }) };
}

/** A number, or what was typed instead of one: the server says what is wrong with it. */
const numberOf = (text: string | undefined): number | string | undefined => (text === undefined ? undefined : (toNumber(text) ?? text));

const given = <T extends object>(record: T): Partial<T> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<T>;

/** `Web shop 2` -> `web-shop-2`. */
export function toKey(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 39);
}
