import { replaceWords, scan, type Index } from './scan.ts';

/** Redacts text that comes in pieces. Whatever the cuts, the pieces joined are the redacted whole. */
export interface RedactingStream {
  /** What may leave now; the rest waits because it may be the beginning of a secret. */
  push(piece: string): string;
  /** What waited. */
  end(): string;
}

/** Longer words are never hidden as words. */
const LONGEST_WORD = 7;

export function createStream(index: Index): RedactingStream {
  let waiting = '';
  let word = '';
  let before = '';
  /** Short words wait for their end; of a long one only its length matters, so its last letters go before the next piece. */
  function words(text: string, final: boolean): string {
    if (index.words.size === 0) return text;
    const whole = word + text;
    const tail = final ? '' : (/\w+$/.exec(whole)?.[0] ?? '');
    word = tail.length > LONGEST_WORD ? '' : tail;
    const ready = whole.slice(0, whole.length - word.length);
    const clean = replaceWords(before + ready, index.words).slice(before.length);
    if (ready !== '') before = /\w{1,8}$/.exec(ready)?.[0] ?? '';
    return clean;
  }
  function take(piece: string, final: boolean): string {
    const { clean, rest } = scan(waiting + piece, index, final);
    waiting = rest;
    return words(clean, final);
  }
  return { push: (piece) => take(piece, false), end: () => take('', true) };
}
