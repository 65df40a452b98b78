const SIGNED_OUT = 'unauthenticated';

/** A refusal of the server as it says it (RFC 9457), or a failure to reach it. */
export class ApiProblem extends Error {
  /** HTTP status; 0: the server was not reached. */
  readonly status: number;
  /** Persisted name of the refusal, such as `stale_digest`. */
  readonly code: string;
  /** What to do about it, where the server knows. */
  readonly hint: string | null;
  /** The rest of the problem document: fields of bad input, who decided first, … */
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(status: number, body: unknown) {
    const problem = isRecord(body) ? body : {};
    const code = textOf(problem['code']) ?? (status === 0 ? 'unreachable' : `http_${status}`);
    // The server's words for it are about tokens, for programs.
    const isOver = status === 401 && code === SIGNED_OUT;
    super(isOver ? 'Your session has ended.' : (textOf(problem['detail']) ?? textOf(problem['title']) ?? sentenceOf(status)));
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.hint = isOver ? 'Sign in again.' : textOf(problem['hint']);
    this.detail = problem;
  }

  /** Said once the same request could succeed without anything having changed on this side. */
  get mayPass(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** The session is over. Services behind the server that do not know it are told with 401, too, but under names of their own. */
  get isSignedOut(): boolean {
    return this.status === 401 && this.code === SIGNED_OUT;
  }
}

/** Any thrown thing as a problem, so that a page has one way to show it. That the server was not reached is said by the client (client.ts). */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ApiProblem(500, { detail: message });
}

function sentenceOf(status: number): string {
  if (status === 0) return 'The server cannot be reached.';
  return `The server answered ${status} and said no more.`;
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
