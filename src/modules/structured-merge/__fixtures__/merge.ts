import { mergeFile } from '../decide.ts';
import type { FileMerge } from '../model.ts';

const encode = (text: string | null): Uint8Array | null => (text === null ? null : new TextEncoder().encode(text));

/** Merges texts; what comes out is the text, or the reason of the refusal behind `refused: `. */
export function merge(path: string, base: string | null, ours: string | null, theirs: string | null): string {
  const merged = mergeBytes(path, base, ours, theirs);
  return merged.kind === 'refused' ? `refused: ${merged.reason}` : new TextDecoder('utf-8', { ignoreBOM: true }).decode(merged.content);
}

export function mergeBytes(path: string, base: string | null, ours: string | null, theirs: string | null): FileMerge {
  return mergeFile({ path, base: encode(base), ours: encode(ours), theirs: encode(theirs) });
}
