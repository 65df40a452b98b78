import type { LandedRow, TargetMoveRow } from './model.history.ts';

/** What a replay does next. `gap`: the journal does not say how the branch got from one commit to the other. */
export type ReplayInstruction =
  | { kind: 'land'; row: LandedRow }
  | { kind: 'take_back'; row: LandedRow }
  | { kind: 'move'; move: TargetMoveRow }
  | { kind: 'gap'; from: string; to: string };

export interface ReplayPlan {
  /** The commit before the first landing; null when nothing ever landed. */
  start: string | null;
  instructions: ReplayInstruction[];
  /** Where the journal says the branch is. */
  end: string | null;
}

/**
 * Orders what the journal says of a target into one chain of commits, each step beginning where the one before ended. Pure: rows in,
 * chain out. Both lists are in their order of writing; moves by somebody else are put where they lead to the next landing's head.
 * `head`: what the branch is at now, so that moves after the last landing count too.
 */
export function planReplay(landings: readonly LandedRow[], moves: readonly TargetMoveRow[], head: string | null): ReplayPlan {
  const [first] = landings;
  if (first === undefined) return { start: null, instructions: [], end: null };
  const instructions: ReplayInstruction[] = [];
  let current = first.head;
  let after = first.ordinal;
  for (const row of landings) {
    instructions.push(...wayTo(row.head, { current, moves: moves.filter(({ ordinal }) => ordinal > after && ordinal < row.ordinal) }));
    instructions.push(row.event === 'landed' ? { kind: 'land', row } : { kind: 'take_back', row });
    current = row.commit;
    after = row.ordinal;
  }
  const later = moves.filter(({ ordinal }) => ordinal > after);
  const last = chainFrom(current, later);
  if (head !== null && last.at(-1)?.toCommit === head) instructions.push(...last.map((move) => ({ kind: 'move' as const, move })));
  const end = head !== null && last.at(-1)?.toCommit === head ? head : current;
  return { start: first.head, instructions, end };
}

interface Standing {
  current: string;
  moves: readonly TargetMoveRow[];
}

function wayTo(head: string, { current, moves }: Standing): ReplayInstruction[] {
  if (current === head) return [];
  const chain = chainFrom(current, moves);
  const arrived = chain.findIndex((move) => move.toCommit === head);
  if (arrived < 0) return [{ kind: 'gap', from: current, to: head }];
  return chain.slice(0, arrived + 1).map((move) => ({ kind: 'move', move }));
}

/** Moves that follow one another from a commit. */
function chainFrom(from: string, moves: readonly TargetMoveRow[]): TargetMoveRow[] {
  const chain: TargetMoveRow[] = [];
  let at = from;
  for (const move of moves) {
    if (move.fromCommit !== at) continue;
    chain.push(move);
    at = move.toCommit;
  }
  return chain;
}
