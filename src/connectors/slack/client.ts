import { LogLevel, WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebClient, type Logger } from '@slack/web-api';
import { AppError, messageOf } from '#kernel/errors.ts';

/** Slack's Web API as this connector uses it. */
export interface SlackClient {
  call(method: string, given: Record<string, unknown>): Promise<unknown>;
  /** Posts to an address that came with a request. AppError refused for one that is not Slack's. */
  respond(address: string, body: Record<string, unknown>): Promise<void>;
}

export interface SlackClientOptions {
  apiUrl: string;
  token: string;
  /** Told how each call ended; `trouble` null: Slack answered and knows who asks. */
  onCall?(outcome: { call: string; trouble: string | null }): void;
}

const TIMEOUT_MS = 10_000;

/** The executor decides about retries, so the library makes none; its log lines could carry what a call carried, so it has none. */
const SILENT: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

export function createSlackClient({ apiUrl, token, onCall }: SlackClientOptions): SlackClient {
  const web = new WebClient(token, {
    slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    timeout: TIMEOUT_MS,
    logger: SILENT,
  });
  return {
    async call(method, given) {
      try {
        const answer = await web.apiCall(method, given);
        onCall?.({ call: method, trouble: null });
        return answer;
      } catch (error) {
        const failure = toAppError(method, error);
        onCall?.({ call: method, trouble: isTrouble(failure) ? failure.message : null });
        throw failure;
      }
    },
    respond: (address, body) => respond(apiUrl, address, body),
  };
}

/** Passing troubles of Slack's side, by its own names. https://api.slack.com/methods/chat.postMessage#errors */
const PASSING = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'ratelimited',
  'rate_limited',
  'team_added_to_org',
]);

/** Whoever asks is not known any more, by Slack's own names. */
const UNKNOWN = new Set(['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'missing_scope', 'http']);

const isTrouble = ({ kind, code }: AppError): boolean =>
  kind === 'unavailable' || kind === 'rate_limited' || UNKNOWN.has((code ?? '').replace(/^chat_/, ''));

function toAppError(method: string, error: unknown): AppError {
  if (error instanceof WebAPIRateLimitedError)
    return new AppError('rate_limited', 'Slack asks to wait.', { code: 'chat_rate_limited', detail: { retry_after_s: error.retryAfter } });
  if (error instanceof WebAPIPlatformError) {
    const reason = error.data.error;
    if (PASSING.has(reason)) return new AppError('unavailable', `Slack has trouble with ${method}: ${reason}.`, { code: 'chat_unavailable' });
    if (reason === 'expired_trigger_id' || reason === 'exchanged_trigger_id')
      return new AppError('refused', 'The three seconds in which a form may be opened are over.', { code: 'chat_trigger_expired' });
    return new AppError('refused', `Slack refused ${method}: ${reason}.`, { code: `chat_${reason}` });
  }
  if (error instanceof WebAPIHTTPError && error.statusCode < 500)
    return new AppError('refused', `Slack answered ${error.statusCode} to ${method}.`, { code: 'chat_http' });
  return new AppError('unavailable', `Slack cannot be reached: ${messageOf(error)}.`, { code: 'chat_unavailable' });
}

/**
 * Slack's own host, or (with a test server configured) that server's. The address came in a signed request, and is still no reason to
 * call just anything.
 */
export function isReplyAddress(apiUrl: string, address: string): boolean {
  if (!URL.canParse(address)) return false;
  const given = new URL(address);
  const api = new URL(apiUrl);
  const slack = api.hostname === 'slack.com' || api.hostname.endsWith('.slack.com');
  if (slack) return given.protocol === 'https:' && given.hostname === 'hooks.slack.com' && given.port === '';
  return given.hostname === api.hostname && given.protocol === api.protocol;
}

async function respond(apiUrl: string, address: string, body: Record<string, unknown>): Promise<void> {
  if (!isReplyAddress(apiUrl, address)) throw new AppError('refused', 'The reply address is not one of Slack.', { code: 'chat_address' });
  let response: Response;
  try {
    response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
  } catch (error) {
    throw new AppError('unavailable', `Slack cannot be reached: ${messageOf(error)}.`, { code: 'chat_unavailable', cause: error });
  }
  if (response.status === 429 || response.status >= 500)
    throw new AppError('unavailable', `Slack answered ${response.status}.`, { code: 'chat_unavailable' });
  if (!response.ok) throw new AppError('refused', `Slack answered ${response.status}; the reply address lives 30 minutes.`, { code: 'chat_http' });
}
