/** One request as it came and as it was answered. Bodies of git's own protocol are left out. */
export interface RequestLine {
  method: string;
  /** Without the query. */
  path: string;
  query: string;
  body: unknown;
  status: number;
  /** Login (`app:slug` for a request of the App itself, `anonymous`). */
  who: string;
  /** What a fault did to it, or null. */
  fault: string | null;
}

/** One thing that became so: `issue.comment.created`, `ref.created`, `pull.merged`, … */
export interface Effect {
  kind: string;
  /** `owner/name`. */
  repo: string;
  /** `#12`, `refs/heads/ai-12`, `0a1b…:ci`, … */
  subject: string;
  by: string;
  /** What tells two effects of one kind and subject apart: a label's name, a marker's line, a sha. */
  detail: string;
  /** ISO, UTC. */
  at?: string;
}

export class Journal {
  readonly requests: RequestLine[] = [];
  readonly effects: Effect[] = [];

  did(effect: Effect): void {
    this.effects.push(effect);
  }

  /** Effects as lines `kind repo subject detail by login`, of a kind or all of them; for comparing and for reading. */
  lines(kind?: string): string[] {
    return this.effects
      .filter((effect) => kind === undefined || effect.kind === kind || effect.kind.startsWith(`${kind}.`))
      .map(({ kind: what, repo, subject, detail, by }) => `${what} ${repo} ${subject}${detail === '' ? '' : ` ${detail}`} by ${by}`);
  }

  /** How often each effect happened, by `kind subject detail`: anything above 1 that should be once was doubled. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { kind, repo, subject, detail } of this.effects) {
      const key = `${kind} ${repo} ${subject} ${detail}`.trimEnd();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  }
}
