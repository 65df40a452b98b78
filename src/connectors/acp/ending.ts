import type { EndReason } from '#ports/harness.ts';

export interface Ending {
  reason: EndReason;
  /** One sentence for people. */
  detail: string;
}

/** How far the conversation had come. */
export type Phase = 'initialize' | 'session/new' | 'session/prompt';

export const PROTOCOL_VERSION = 1;

export function endOfTurn(stopReason: string): Ending {
  switch (stopReason) {
    case 'end_turn':
      return { reason: 'end_turn', detail: 'The agent said it is done.' };
    case 'refusal':
      return { reason: 'refused', detail: 'The agent refused the task.' };
    case 'max_turn_requests':
      return { reason: 'max_turns', detail: 'The agent used up the model requests it allows itself.' };
    case 'max_tokens':
      return { reason: 'budget', detail: "The model's answer reached its token limit." };
    case 'cancelled':
      return { reason: 'refused', detail: 'The agent cancelled its turn by itself.' };
    default:
      return { reason: 'protocol', detail: `The agent ended its turn with "${stopReason.slice(0, 60)}", which ACP does not know.` };
  }
}

/** JSON-RPC and ACP error codes that tell a kind of failure. https://agentclientprotocol.com/protocol/v1/schema#errorcode */
const AUTH_REQUIRED = -32000;
const NOT_THE_PROTOCOL = new Set([-32700, -32600, -32601, -32602]);

/** The agent answered a request with an error. */
export function endOfError(phase: Phase, error: { code: number; message: string; data?: unknown }): Ending {
  const words = `${error.message}${dataWords(error.data)}`.slice(0, 500);
  if (error.code === AUTH_REQUIRED)
    return { reason: 'refused', detail: `The agent wants to be logged in first (${words}): log in as the user Reeve runs as, or give it a key.` };
  if (phase === 'initialize' || NOT_THE_PROTOCOL.has(error.code))
    return { reason: 'protocol', detail: `The agent answered ${phase} with an error: ${words} (${error.code}).` };
  return { reason: 'crashed', detail: `The agent failed in ${phase}: ${words} (${error.code}).` };
}

function dataWords(data: unknown): string {
  if (data === undefined || data === null) return '';
  return ` ${typeof data === 'string' ? data : JSON.stringify(data)}`;
}

export interface Exit {
  exitCode: number | null;
  signal: string | null;
}

/** The connection ended while we waited for an answer. `exit` null: the process lives but closed its output. */
export function endOfConnection(phase: Phase, exit: Exit | null, stderrTail: string): Ending {
  const said = stderrTail.trim() === '' ? '' : ` Its last words: ${stderrTail.trim()}`;
  if (exit === null) return { reason: 'protocol', detail: `The agent closed its output before it answered ${phase}.${said}` };
  const how = exit.signal === null ? `exited with code ${exit.exitCode}` : `was ended by ${exit.signal}`;
  // A program that is no agent at all does its thing and ends well, like `echo`.
  if (phase === 'initialize' && exit.exitCode === 0) return { reason: 'protocol', detail: `The command ${how} without a word of ACP.${said}` };
  return { reason: 'crashed', detail: `The agent ${how} before it answered ${phase}.${said}` };
}

export function versionMismatch(offered: number): Ending {
  return { reason: 'protocol', detail: `The agent speaks ACP version ${offered}, Reeve speaks version ${PROTOCOL_VERSION}.` };
}

export function unreadable(phase: Phase): Ending {
  return { reason: 'protocol', detail: `The agent's answer to ${phase} does not have the shape ACP prescribes.` };
}
