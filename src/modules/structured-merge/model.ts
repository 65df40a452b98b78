/** The three versions of one file; a side is null where it has no file there. */
export interface FileVersions {
  path: string;
  base: Uint8Array | null;
  ours: Uint8Array | null;
  theirs: Uint8Array | null;
}

/**
 * `merged`: both sides' changes are in `content`; `rule` names every rule that was needed, joined by `+`, for the journal
 * and the metrics; `absorbed` names what theirs did that ours had done already (empty: the merge adds to ours exactly what
 * theirs added to the base). `refused`: a sentence for people; nothing was guessed.
 */
export type FileMerge = { kind: 'merged'; content: Uint8Array; rule: string; absorbed: string[] } | { kind: 'refused'; reason: string };

/** The versions as text, line ends as `\n`. */
export interface TextVersions {
  path: string;
  base: string;
  ours: string;
  theirs: string;
}

export type TextMerge = { kind: 'merged'; text: string; rules: string[] } | { kind: 'refused'; reason: string };
