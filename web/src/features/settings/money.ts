const MICROS = 1_000_000;

/** Micro-dollars as people read them: `12.50 USD`; fractions of a cent are shown where there is nothing else. */
export function usd(micros: number): string {
  const dollars = micros / MICROS;
  const digits = dollars !== 0 && Math.abs(dollars) < 0.01 ? 4 : 2;
  return `${dollars.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} USD`;
}
