/**
 * Conditions and facts for fuzzing, from one number: quick, because a nightly run makes a million. Built small and alike, so that
 * comparisons hold often enough to matter.
 */
export interface Dice {
  /** A whole number from 0 to `below` - 1. */
  roll(below: number): number;
  pick<T>(items: readonly T[]): T;
}

/** Mulberry32 (public domain): 32 bits of state, good enough to choose test cases. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const roll = (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
  return { roll, pick: (items) => items[roll(items.length)] as (typeof items)[number] };
}

const NAMES = ['a', 'b', 'c'] as const;
const LETTERS = ['a', 'b', '/', '*', '?', '-'] as const;
const NUMBERS = ['0', '1', '-1', '2', '1.5'] as const;

const textOf = (dice: Dice): string => Array.from({ length: dice.roll(6) }, () => dice.pick(LETTERS)).join('');
const pathOf = (dice: Dice): string => Array.from({ length: 1 + dice.roll(3) }, () => dice.pick(NAMES)).join('.');

function scalarOf(dice: Dice): string {
  const kind = dice.roll(5);
  if (kind < 2) return `'${textOf(dice)}'`;
  return kind < 4 ? dice.pick(NUMBERS) : dice.pick(['true', 'false', 'null']);
}

const sideOf = (dice: Dice): string => (dice.roll(5) < 3 ? pathOf(dice) : scalarOf(dice));

function listOf(dice: Dice): string {
  const quoted = dice.roll(2) === 0;
  return `[${Array.from({ length: 1 + dice.roll(3) }, () => (quoted ? `'${textOf(dice)}'` : dice.pick(NUMBERS))).join(', ')}]`;
}

function comparisonOf(dice: Dice): string {
  const kind = dice.roll(4);
  if (kind < 2) return `${sideOf(dice)} ${dice.pick(['==', '!=', '<', '<=', '>', '>='])} ${sideOf(dice)}`;
  if (kind === 2) return `${sideOf(dice)} ${dice.pick(['in', 'not in'])} ${dice.roll(2) === 0 ? listOf(dice) : pathOf(dice)}`;
  return `${sideOf(dice)} ${dice.pick(['startswith', 'glob'])} '${textOf(dice)}'`;
}

export function conditionOf(dice: Dice, depth = 3): string {
  const kind = depth === 0 ? dice.roll(3) : dice.roll(9);
  if (kind < 2) return comparisonOf(dice);
  if (kind === 2) return dice.roll(3) > 0 ? pathOf(dice) : dice.pick(['true', 'false']);
  if (kind < 6) return `${conditionOf(dice, depth - 1)} ${dice.pick(['and', 'or'])} ${conditionOf(dice, depth - 1)}`;
  if (kind === 6) return `not ${conditionOf(dice, depth - 1)}`;
  if (kind === 7) return `(${conditionOf(dice, depth - 1)})`;
  return `(${conditionOf(dice, depth - 1)}) ${dice.pick(['==', '!='])} ${dice.pick(['true', 'false'])}`;
}

function leafOf(dice: Dice): unknown {
  const kind = dice.roll(12);
  if (kind < 3) return textOf(dice);
  if (kind < 6) return dice.pick([0, 1, -1, 2, 1.5]);
  if (kind < 9) return dice.roll(2) === 0;
  return dice.pick([null, undefined, Number.NaN, Number.POSITIVE_INFINITY, [{}], [textOf(dice), textOf(dice)], [1, 2], []]);
}

export function factsOf(dice: Dice, depth = 2): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  for (const name of NAMES) {
    if (dice.roll(4) === 0) continue;
    facts[name] = depth > 0 && dice.roll(3) === 0 ? factsOf(dice, depth - 1) : leafOf(dice);
  }
  return facts;
}
