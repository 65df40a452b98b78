import { sentenceOf } from '#kernel/errors.ts';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../api/client.ts';
import type { LogLineBody } from './bodies.ts';
import type { Message } from './model.ts';

/** So many lines before the end are shown; the whole log is in `reeve job logs`. */
const BACK = 500;
const GATHER_MS = 60;
const AGAIN_MS = 2000;

interface SegmentBody {
  first_line: number;
  lines: number;
}

/** Tells the end of a run's log, then each line as it comes, until `signal` aborts or the run ends. */
export async function followLog(api: () => ApiClient, runId: string, dispatch: (message: Message) => void, signal: AbortSignal): Promise<void> {
  let from: number | null = null;
  let waiting: LogLineBody[] = [];
  const tell = (problem: string | null): void => {
    if (signal.aborted) return;
    dispatch({ kind: 'logged', runId, lines: waiting, problem });
    waiting = [];
  };
  const timer = setInterval(() => waiting.length > 0 && tell(null), GATHER_MS);
  try {
    while (!signal.aborted) {
      try {
        from ??= await beginning(api(), runId);
        for await (const { event, data } of api().stream(`/v1/jobs/${runId}/log?follow=1&from=${from}`, signal)) {
          if (event === 'end') return tell(null);
          const line = JSON.parse(data) as LogLineBody;
          from = line.line + 1;
          waiting.push(line);
        }
      } catch (error) {
        tell(sentenceOf(error));
      }
      await delay(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    clearInterval(timer);
  }
}

async function beginning(api: ApiClient, runId: string): Promise<number> {
  const segments = await api.all<SegmentBody>('/v1/execution-logs', { job_id: runId });
  const last = Math.max(0, ...segments.map(({ first_line: first, lines }) => first + lines - 1));
  return Math.max(1, last - BACK + 1);
}
