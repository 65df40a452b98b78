/** The schedule Standard Webhooks proposes, in seconds: at once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h. */
const WAITS_S = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

/** Until the next try after a failure; `attempts` counts the failures before this one. Null: that was the last. */
export function deliveryWaitS(attempts: number): number | null {
  return WAITS_S[attempts] ?? null;
}
