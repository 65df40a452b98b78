/**
 * A merge as a list of pieces of text, each with who wrote it, so that the checks after the merge can ask what of the result
 * comes from whom. Pieces of one `joint` are two insertions at one and the same place.
 */
export interface Piece {
  text: string;
  by: 'nobody' | 'ours' | 'theirs' | 'both';
  joint?: boolean;
}

/** Where a piece lies in the merged text. */
export interface Joint {
  start: number;
  middle: number;
  end: number;
}

export interface Composed {
  text: string;
  /** Both sides inserted here: ours from `start` to `middle`, theirs from there to `end`. */
  joints: Joint[];
}

export function compose(pieces: readonly Piece[]): Composed {
  const joints: Joint[] = [];
  let text = '';
  let open: { start: number; middle: number } | null = null;
  for (const piece of pieces) {
    const start = text.length;
    text += piece.text;
    if (piece.joint !== true) continue;
    if (open === null) open = { start, middle: text.length };
    else {
      joints.push({ ...open, end: text.length });
      open = null;
    }
  }
  return { text, joints };
}
