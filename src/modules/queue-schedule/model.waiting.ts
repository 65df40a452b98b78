/** Why an entry has not landed yet. Times in UNIX milliseconds. */
export type Wait =
  | { kind: 'paused' }
  | { kind: 'draining' }
  /** After a fault; nothing is done before. */
  | { kind: 'backoff'; untilMs: number }
  /** `stuck`: those that will not land unless somebody acts (quarantined or dropped). */
  | { kind: 'depends_on'; ids: string[]; stuck: string[] }
  /** Related change requests that go first. */
  | { kind: 'behind'; ids: string[] }
  /** Every lane is taken by these. */
  | { kind: 'no_lane'; ids: string[] }
  /** It can be taken up at the next look. */
  | { kind: 'next' }
  | { kind: 'merging'; lane: number }
  /** `with`: those verified in the same tree. `joined`: the combined tree of several lanes. */
  | { kind: 'verifying'; lane: number; with: string[]; joined: boolean }
  | { kind: 'publishing' };

/** What people see of an entry that waits: why, and when it should land (null: nothing was measured yet, or only a person can help). */
export interface Waiting {
  wait: Wait;
  expectedAtMs: number | null;
}
