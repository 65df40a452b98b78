import type { ComplianceDocument, Facts } from './model.ts';

/** Handle of a person in `person:<handle>`, or the text itself. */
const handleOf = (subject: string): string => subject.replace(/^person:/, '');

/** Everybody who asked for, wrote or decided a change, as handles and agents' names. */
export function peopleOf(facts: Facts): string[] {
  const named = [
    facts.issue?.author,
    facts.issue?.requested_by,
    ...facts.changes.map(({ submitted_by }) => submitted_by),
    ...facts.decisions.flatMap((decision) => [decision.trigger_user, ...decision.votes.map(({ by }) => by), ...allowedBy(decision)]),
  ];
  return [...new Set(named.filter((one): one is string => typeof one === 'string').map(handleOf))].toSorted();
}

const earliest = (instants: ReadonlyArray<string | null>): string | null =>
  instants.filter((at): at is string => at !== null).toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;

type Decided = Facts['decisions'][number];

const isEmergency = ({ emergency }: Decided): boolean => emergency !== null && emergency !== undefined;

/** Whoever let it pass: by a vote, or by breaking glass. */
function allowedBy({ votes, emergency }: Decided): string[] {
  const voters = votes.filter(({ decision }) => decision === 'approve').map(({ by }) => by);
  return [...voters, emergency?.opened_by, emergency?.confirmed_by].filter((by) => typeof by === 'string').map(handleOf);
}

/** What an auditor looks for first. Null: there is nothing to tell it by. */
export function decideFindings(facts: Facts): ComplianceDocument['findings'] {
  const started = earliest([...facts.agents.map(({ started_at }) => started_at), ...facts.changes.map(({ submitted_at }) => submitted_at)]);
  const authors = new Set([facts.issue?.requested_by, ...facts.changes.map(({ submitted_by }) => handleOf(submitted_by))]);
  const approvers = facts.decisions.flatMap(allowedBy);
  const changed = Date.parse(facts.changed_at);
  return {
    ticket_before_work: facts.issue === null || started === null ? null : Date.parse(facts.issue.created_at) <= Date.parse(started),
    author_approved: approvers.some((by) => authors.has(by)),
    approved_before_change: facts.decisions.every(({ approved_at: at }) => at !== null && Date.parse(at) <= changed),
    checks_passed: facts.checks.length === 0 ? null : facts.checks.every(({ conclusion }) => conclusion === 'success' || conclusion === 'neutral'),
    self_approved: facts.decisions.some((decision) => decision.self_approved),
    emergency: facts.decisions.some(isEmergency),
  };
}

/** Members in the order of their names: a database gives JSON back in an order of its own. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, ordered(member)]),
  );
}

/** JSON as files of an export show it. */
export const shown = (value: unknown): string => `${JSON.stringify(ordered(value), null, 2)}\n`;

/** The files that show a record's sections, byte for byte as `hashes` was taken over them. */
export function evidenceOf(
  facts: Pick<Facts, 'issue' | 'plan' | 'pull' | 'changes' | 'agents' | 'models' | 'decisions' | 'checks'>,
  policyText: string,
): Record<string, string> {
  return {
    'issue.json': shown(facts.issue),
    'plan.json': shown(facts.plan),
    'pr.json': shown(facts.pull),
    'changes.json': shown(facts.changes),
    'agents.json': shown({ agents: facts.agents, models: facts.models }),
    'decision.json': shown(facts.decisions),
    'checks.json': shown(facts.checks),
    'policy.yaml': policyText,
  };
}

export const POPULATION_COLUMNS = [
  'number',
  'record',
  'kind',
  'project',
  'repository',
  'changed_at',
  'commit',
  'issue',
  'pull_request',
  'requested_by',
  'approved_by',
  'approved_at',
  'checks_passed',
  'author_approved',
  'self_approved',
  'emergency',
  'sha256',
] as const;

/** One line of the population; the stand-alone verifier makes the same from the record. */
export function populationRow(record: ComplianceDocument, sha256: string): string {
  const votes = record.decisions.flatMap((decision) => decision.votes.filter(({ decision: given }) => given === 'approve'));
  const cells = [
    record.number,
    record.id,
    record.kind,
    record.project,
    record.repository,
    record.changed_at,
    record.commit,
    record.issue?.number,
    record.pull?.number,
    record.issue?.requested_by,
    [...new Set(votes.map(({ by }) => by))].join(' '),
    votes.at(-1)?.at,
    record.findings.checks_passed,
    record.findings.author_approved,
    record.findings.self_approved,
    record.findings.emergency,
    sha256,
  ];
  return cells.map((cell) => csvCell(String(cell ?? ''))).join(',');
}

/** RFC 4180; a cell that a spreadsheet would take for a formula is text. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
