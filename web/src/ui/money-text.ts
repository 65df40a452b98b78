/** Micro-dollars as dollars; what is less than a cent is not nothing. */
export function moneyText(micros: number): string {
  if (micros === 0) return '$0.00';
  return micros < 10_000 ? `$${(micros / 1_000_000).toFixed(4)}` : `$${(micros / 1_000_000).toFixed(2)}`;
}
