/** What the server tells of everything that happens (`GET /v1/stream`). */
export interface LiveEvent {
  /** Persisted name, such as `action.approved`. */
  type: string;
  /** Id of what it happened to. */
  subject: string;
  issue_id: string | null;
  project_id: string | null;
  /** UTC. */
  occurred_at: string;
  data: unknown;
}

/**
 * Which kept answers an event makes old: the first word of query keys. Each feature keys its queries by the resource it reads
 * (`['approvals', …]`), so that this table is the only place that knows what follows from what. Everything also makes `home` old.
 */
const TOPICS: ReadonlyArray<readonly [prefix: string, keys: readonly string[]]> = [
  ['action.', ['approvals', 'actions', 'issues', 'pulls', 'ledger', 'insights']],
  ['approval.', ['approvals', 'actions', 'ledger', 'insights']],
  ['breakglass.', ['approvals', 'actions', 'ledger']],
  ['agent.', ['agents', 'settings']],
  ['access.', ['whoami', 'people', 'settings']],
  ['backfill.', ['repositories']],
  ['budget.', ['budget', 'settings']],
  ['change_request.', ['queue', 'change-requests', 'issues', 'pulls', 'insights']],
  ['ci.', ['pulls', 'issues', 'insights']],
  ['compliance.', ['compliance', 'pulls']],
  ['config.', ['config', 'settings']],
  ['connection.', ['connections', 'settings']],
  ['event.received', ['events', 'connections', 'pulls', 'insights']],
  ['identity.', ['people']],
  ['invariants.', ['compliance']],
  ['job.', ['runs', 'issues']],
  ['landing.', ['queue', 'pulls', 'issues']],
  ['ledger.', ['ledger']],
  ['model.', ['model-calls']],
  ['model_version.', ['model-versions']],
  ['person.', ['people', 'whoami']],
  ['plan.', ['plans', 'issues']],
  ['policy.', ['policy', 'settings']],
  ['project.', ['projects']],
  ['pull.', ['pulls', 'issues']],
  ['question.', ['questions', 'runs', 'issues']],
  ['queue_', ['queue', 'change-requests']],
  ['release.', ['releases']],
  ['repository.', ['repositories']],
  ['rollout.', ['projects']],
  ['run.', ['runs', 'issues', 'queue']],
  ['session.', ['sessions']],
  ['signing_key.', ['tokens']],
  ['story.', ['issues', 'pulls', 'insights']],
  ['target.', ['queue', 'insights']],
  ['task.', ['tasks', 'plans', 'issues', 'pulls']],
  ['team.', ['people']],
  ['token.', ['tokens']],
  ['triage.', ['issues']],
  ['view.', ['views']],
  ['work_item.', ['issues', 'pulls', 'insights']],
];

const REST_MS = 1200;
/** Figures are counted anew over all that happened: they may be a little late. */
const LONGER_REST_MS: Readonly<Record<string, number>> = { insights: 5000 };

/** What of a topic is read again is read at most this often, however much happens. */
export const restMsOf = (topic: string): number => LONGER_REST_MS[topic] ?? REST_MS;

/** First words of the query keys that an event makes old. */
export function topicsOf(type: string): readonly string[] {
  const found = TOPICS.find(([prefix]) => type.startsWith(prefix));
  return found === undefined ? ['home'] : ['home', ...found[1]];
}
