import { splitHidden } from '../../ui/hidden-characters.ts';

/** A line with characters that nobody sees. */
export interface HiddenLine {
  /** From 1. */
  line: number;
  /** Their code points, as `U+202E`, each once. */
  names: string[];
}

export function hiddenLines(text: string): HiddenLine[] {
  return text.split('\n').flatMap((line, at) => {
    const names = splitHidden(line).flatMap((part) => (part.kind === 'hidden' ? [part.name] : []));
    return names.length === 0 ? [] : [{ line: at + 1, names: [...new Set(names)] }];
  });
}

/** The text without them; the end of a line as Windows writes it goes too. */
export const withoutHidden = (text: string): string =>
  splitHidden(text)
    .map((part) => (part.kind === 'text' ? part.text : ''))
    .join('');
