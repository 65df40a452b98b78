import { AppError } from '#kernel/errors.ts';

/** An answer of GitHub that is no success, or none at all (`status` 0). */
export interface Failure {
  /** `GET /repos/acme/shop`: what was asked, without query, body and headers. */
  request: string;
  status: number;
  /** GitHub's sentence. Whoever may name a branch or a label has a hand in it: it is shown, never decided by alone. */
  message: string;
  headers: Readonly<Record<string, string | number | undefined>>;
  /** `errors` of a 422, as far as they are objects or sentences. */
  errors: readonly unknown[];
}

/** Without a word from GitHub: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
const UNTOLD_WAIT_S = 60;
const MOST_WORDS = 300;
/**
 * A credential that has ended refuses nothing that was asked for: once somebody has put in a new one, the same call is fine. So it is
 * `unavailable`, and what waits for GitHub waits for that.
 */
export const REFUSED_CREDENTIAL = 'github_unauthenticated';

/**
 * The AppError of a failed call. rate_limited carries `retry_after_s` and `until`; conflict (409, 405, 422) carries GitHub's sentence and
 * its `errors`, by which the callers tell a moved ref from a refused field.
 */
export function toGithubError(failure: Failure, nowMs: number): AppError {
  const waitS = toWaitS(failure, nowMs);
  if (waitS !== null) return rateLimited(failure, waitS, nowMs);
  const said = sentence(failure);
  const detail = { status: failure.status, github: wordsOf(failure), errors: failure.errors.slice(0, 10).map(shorten) };
  const { status } = failure;
  if (status === 401) return new AppError('unavailable', said, { code: REFUSED_CREDENTIAL, detail, hint: credentialHint(failure) });
  if (status === 403 || status === 451) return new AppError('forbidden', said, { code: 'github_forbidden', detail, hint: permissionHint(failure) });
  if (status === 404 || status === 410) return new AppError('not_found', said, { code: 'github_not_found', detail });
  if (status >= 300 && status < 400) return moved(failure);
  if (status === 405 || status === 409 || status === 422) return new AppError('conflict', said, { code: `github_${status}`, detail });
  if (status === 413) return new AppError('too_large', said, { code: 'github_too_large', detail });
  if (status >= 400 && status < 500) return new AppError('invalid', said, { code: 'github_refused', detail });
  return new AppError('unavailable', said, { code: 'github_unavailable', detail });
}

/** A renamed or transferred repository is not followed: what may be touched is decided by the name that was connected. */
function moved(failure: Failure): AppError {
  return new AppError('not_found', `${failure.request}: GitHub has moved it elsewhere, which is not followed.`, {
    code: 'github_moved',
    detail: { status: failure.status },
    hint: 'Connect the repository again under its new name.',
  });
}

/** Seconds to wait, or null: no rate limit. A 403 is one when it says so by its headers or words. */
function toWaitS({ status, headers, message }: Failure, nowMs: number): number | null {
  if (status !== 403 && status !== 429 && status !== 200) return null;
  const retryAfter = numberOf(headers['retry-after']);
  if (retryAfter !== null) return retryAfter;
  const reset = numberOf(headers['x-ratelimit-reset']);
  if (numberOf(headers['x-ratelimit-remaining']) === 0 && reset !== null) return Math.max(1, Math.ceil(reset - nowMs / 1000) + 1);
  return status === 429 || /\bsecondary rate\b|abuse detection|rate limit/i.test(message) ? UNTOLD_WAIT_S : null;
}

function rateLimited(failure: Failure, waitS: number, nowMs: number): AppError {
  const until = new Date(nowMs + waitS * 1000).toISOString();
  return new AppError('rate_limited', `GitHub asks to wait until ${until}.`, {
    code: 'github_rate_limited',
    detail: { retry_after_s: waitS, until, resource: String(failure.headers['x-ratelimit-resource'] ?? 'core') },
  });
}

function numberOf(value: string | number | undefined): number | null {
  return value === undefined || !/^\d{1,12}$/.test(String(value)) ? null : Number(value);
}

function sentence(failure: Failure): string {
  const answered = failure.status === 0 ? 'no answer' : String(failure.status);
  const words = wordsOf(failure);
  return `${failure.request}: ${answered}${words === '' ? '' : ` (${words})`}.`;
}

function wordsOf({ message }: Failure): string {
  const line = message
    .replace(/ - https?:\/\/\S+$/, '')
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  return line.length > MOST_WORDS ? `${line.slice(0, MOST_WORDS)}…` : line.replace(/\.$/, '');
}

function shorten(error: unknown): string {
  return (typeof error === 'string' ? error : (JSON.stringify(error) ?? '')).slice(0, MOST_WORDS);
}

/** An App's own token says when it was made: by a clock that is minutes off GitHub believes none. */
function credentialHint({ message }: Failure): string {
  return /'(exp|iat)'/.test(message) ? "Set this machine's clock: it is too far from GitHub's." : 'Check the token or the key of the GitHub App.';
}

/** https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#resource-not-accessible */
function permissionHint({ headers }: Failure): string {
  const accepted = String(headers['x-accepted-github-permissions'] ?? '');
  return /^[\w=,;: ]{1,200}$/.test(accepted) ? `The credential needs one of: ${accepted}.` : 'Check what the token or the GitHub App may do.';
}
