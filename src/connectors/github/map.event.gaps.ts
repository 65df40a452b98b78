type Json = Record<string, unknown>;

/** For what nobody knows when it happened. */
export const LONG_AGO = new Date(0);

/** Parts of payloads that say when something happened. */
const DATED = [
  'issue',
  'pull_request',
  'comment',
  'review',
  'check_run',
  'check_suite',
  'workflow_run',
  'release',
  'deployment',
  'deployment_status',
];

/**
 * A payload with what every one of GitHub's own has, and those of servers that only speak like it may leave out: the instants of what it is about
 * (`at`: when it was received), its page, and an issue's own number across repositories. Nothing that is there is changed.
 */
export function fillGaps(payload: unknown, at: string): unknown {
  if (!isObject(payload)) return payload;
  const filled: Json = { ...payload };
  for (const part of DATED) if (isObject(payload[part])) filled[part] = dated(payload[part], at);
  // A commit status has no part of its own.
  if (typeof payload['sha'] === 'string' && typeof payload['context'] === 'string') Object.assign(filled, dated(payload, at));
  if (isObject(payload['repository'])) filled['repository'] = { ...payload['repository'], full_name: fullNameOf(payload) };
  const { issue } = filled;
  if (isObject(issue) && absent(issue['id'])) filled['issue'] = { ...issue, id: `${String(fullNameOf(payload))}#${String(issue['number'])}` };
  return filled;
}

function dated(part: Json, at: string): Json {
  const createdAt = first(part['created_at'], part['submitted_at'], part['started_at'], part['updated_at'], part['completed_at'], at);
  const updatedAt = first(part['updated_at'], part['completed_at'], createdAt);
  const ended = part['status'] === 'completed' || part['status'] === undefined;
  return {
    ...part,
    created_at: createdAt,
    updated_at: updatedAt,
    html_url: first(part['html_url'], part['url'], ''),
    ...(absent(part['completed_at']) && ended && typeof part['conclusion'] === 'string' ? { completed_at: updatedAt } : {}),
  };
}

const first = (...given: unknown[]): unknown => given.find((value) => !absent(value));
const absent = (value: unknown): boolean => value === undefined || value === null;

function fullNameOf({ repository }: Json): unknown {
  if (!isObject(repository)) return undefined;
  const { full_name: fullName, owner, name } = repository;
  return absent(fullName) && isObject(owner) ? `${String(owner['login'])}/${String(name)}` : fullName;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
