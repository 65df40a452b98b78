import type { UpstreamKind } from '#ports/model-proxy.ts';
import { estimateTokens, foldUsage, type Tokens } from './usage.ts';

/** Reads along while an answer passes. */
export interface AnswerReader {
  /** What of this chunk goes on to the agent. */
  pass(chunk: Buffer): Buffer;
  /** What was held back at the end, and the tokens of the answer. `isCut`: it is not whole, so its own counts are too low. */
  end(isCut?: boolean): { rest: Buffer; tokens: Tokens; wasEstimated: boolean };
}

export interface AnswerShape {
  kind: UpstreamKind;
  isEventStream: boolean;
  requestBytes: number;
  /** Take the usage event out that we asked for and the agent did not. */
  dropUsageEvent: boolean;
}

/** Answers bigger than this are counted by length, not by reading them whole. */
const MAX_DOCUMENT_BYTES = 32 * 1024 * 1024;

export function createAnswerReader(shape: AnswerShape): AnswerReader {
  return shape.isEventStream ? readEvents(shape) : readDocument(shape);
}

function conclude(shape: AnswerShape, told: Tokens | null, answerBytes: number, isCut: boolean): { tokens: Tokens; wasEstimated: boolean } {
  if (told !== null && told.inputTokens + told.outputTokens > 0 && !isCut) return { tokens: told, wasEstimated: false };
  const inputTokens = told !== null && told.inputTokens > 0 ? told.inputTokens : estimateTokens(shape.requestBytes);
  return { tokens: { inputTokens, outputTokens: Math.max(told?.outputTokens ?? 0, estimateTokens(answerBytes)) }, wasEstimated: true };
}

function readDocument(shape: AnswerShape): AnswerReader {
  const parts: Buffer[] = [];
  let bytes = 0;
  return {
    pass(chunk) {
      bytes += chunk.length;
      if (bytes <= MAX_DOCUMENT_BYTES) parts.push(chunk);
      return chunk;
    },
    end(isCut = false) {
      // Gemini streams without `alt=sse` as one JSON array.
      const document = parseJson(Buffer.concat(parts).toString('utf8'));
      const documents = Array.isArray(document) ? document : [document];
      const tokens = documents.reduce<Tokens | null>((before, part) => foldUsage(shape.kind, before, part), null);
      return { rest: Buffer.alloc(0), ...conclude(shape, tokens, bytes, isCut) };
    },
  };
}

/** Server-sent events end with an empty line; an event is judged whole, so at most one is held back. */
function readEvents(shape: AnswerShape): AnswerReader {
  let pending = Buffer.alloc(0);
  let tokens: Tokens | null = null;
  let answerBytes = 0;
  const takeEvent = (event: Buffer): Buffer => {
    const data = eventData(event);
    answerBytes += data.length;
    const document = parseJson(data);
    tokens = foldUsage(shape.kind, tokens, document);
    return shape.dropUsageEvent && isUsageOnly(document) ? Buffer.alloc(0) : event;
  };
  return {
    pass(chunk) {
      pending = Buffer.concat([pending, chunk]);
      const passed: Buffer[] = [];
      for (let end = endOfEvent(pending); end !== -1; end = endOfEvent(pending)) {
        passed.push(takeEvent(pending.subarray(0, end)));
        pending = pending.subarray(end);
      }
      return Buffer.concat(passed);
    },
    end(isCut = false) {
      const rest = pending.length > 0 ? takeEvent(pending) : pending;
      return { rest, ...conclude(shape, tokens, answerBytes, isCut) };
    },
  };
}

function endOfEvent(buffer: Buffer): number {
  const ends = ['\n\n', '\r\n\r\n'].map((mark) => {
    const at = buffer.indexOf(mark);
    return at === -1 ? Number.POSITIVE_INFINITY : at + mark.length;
  });
  const first = Math.min(...ends);
  return Number.isFinite(first) ? first : -1;
}

function eventData(event: Buffer): string {
  const lines = event.toString('utf8').split(/\r?\n/);
  return lines
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trimStart())
    .join('\n');
}

function isUsageOnly(document: unknown): boolean {
  const { choices, usage } = (document ?? {}) as { choices?: unknown; usage?: unknown };
  return Array.isArray(choices) && choices.length === 0 && usage !== undefined && usage !== null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
