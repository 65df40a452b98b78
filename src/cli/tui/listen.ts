import { setTimeout as delay } from 'node:timers/promises';
import { sentenceOf } from '#kernel/errors.ts';
import type { ApiClient } from '../api/client.ts';
import type { StreamBody } from './bodies.ts';

/** A stream that stands says so every ten seconds. */
const SILENCE_MS = 25_000;
const RECONNECT_MS = 1000;

export interface StreamEvents {
  /** It stands: from here on nothing is missed. */
  onOpened(): void;
  /** It lives. */
  onBeat(): void;
  onEvent(type: string): void;
  /** It stands no more. */
  onLost(why: string | null): void;
}

/** Listens to the server's events, again and again, until `signal` aborts. */
export async function listen(api: () => ApiClient, events: StreamEvents, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const why = await listenOnce(api(), events, signal);
    if (signal.aborted) return;
    events.onLost(why);
    await delay(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Until the stream ends; answers why, where that is known. */
async function listenOnce(api: ApiClient, events: StreamEvents, signal: AbortSignal): Promise<string | null> {
  const silent = new AbortController();
  const watch = setTimeout(() => silent.abort(), SILENCE_MS);
  try {
    for await (const { event, data } of api.stream('/v1/stream?after=latest&signs=true', AbortSignal.any([signal, silent.signal]))) {
      watch.refresh();
      if (event === 'opened') events.onOpened();
      else if (event === 'beat') events.onBeat();
      else events.onEvent((JSON.parse(data) as StreamBody).type);
    }
    return null;
  } catch (error) {
    return sentenceOf(error);
  } finally {
    clearTimeout(watch);
  }
}
