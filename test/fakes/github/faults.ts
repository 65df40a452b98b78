/** What goes wrong, for requests that match, a number of times. */
export interface Fault {
  /** `POST`, `GET`, …; absent: any. */
  method?: string;
  /** Against the path without its query; absent: any. */
  path?: RegExp | string;
  /** How often; 1 when absent, `Infinity` until cleared. */
  times?: number;
  /** Lets this many matching requests pass first. */
  after?: number;
  do: FaultKind;
}

export type FaultKind =
  | { kind: 'delay'; ms: number }
  /** 500, 502, 503 or 504, and nothing was done. */
  | { kind: 'status'; status: number }
  /** The primary limit: 403 with x-ratelimit-remaining 0 and the reset in seconds from now. */
  | { kind: 'rate_limited'; resetInS: number }
  /** The secondary limit: 403 or 429, `retry-after` in seconds where it is given. */
  | { kind: 'secondary_limit'; status?: 403 | 429; retryAfterS?: number }
  /** GETs only: the state before the last `writes` changes that came after this fault was armed. */
  | { kind: 'stale'; writes: number }
  /** Nothing happens and nothing is answered, until whoever asked gives up. */
  | { kind: 'hang' }
  /** The effect happens, the connection breaks instead of the answer. */
  | { kind: 'lost_answer' }
  /** The connection breaks before anything happened. */
  | { kind: 'lost_request' }
  /** The effect happens, the answer is a 502 of a proxy. */
  | { kind: 'bad_gateway_after' };

/** Switches of failure. Faults are looked at in the order in which they were armed; the first that matches is used up by one. */
export class Faults {
  #armed: Array<{ fault: Fault; left: number; skip: number }> = [];

  arm(fault: Fault): void {
    this.#armed.push({ fault, left: fault.times ?? 1, skip: fault.after ?? 0 });
  }

  clear(): void {
    this.#armed = [];
  }

  /** Faults that have not come about yet. */
  get armed(): number {
    return this.#armed.length;
  }

  get needsPast(): boolean {
    return this.#armed.some(({ fault }) => fault.do.kind === 'stale');
  }

  take(method: string, path: string): FaultKind | null {
    for (const entry of this.#armed) {
      if (!matches(entry.fault, method, path)) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.left -= 1;
      if (entry.left <= 0) this.#armed = this.#armed.filter((other) => other !== entry);
      return entry.fault.do;
    }
    return null;
  }
}

function matches(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method !== method) return false;
  if (fault.do.kind === 'stale' && method !== 'GET') return false;
  if (fault.path === undefined) return true;
  return typeof fault.path === 'string' ? fault.path === path : fault.path.test(path);
}
