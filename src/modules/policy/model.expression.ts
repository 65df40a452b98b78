/**
 * The condition language of policies: small, typed and total. Values are strings, finite numbers, booleans and null; there are no
 * functions, no loops, no regular expressions and no access to anything but the facts.
 *
 *   expression := and { "or" and }            and := not { "and" not }          not := "not" not | comparison
 *   comparison := value [ operator value ]    operator := == != < <= > >= in, not in, startswith, glob
 *   value      := 'text' | "text" | number | true | false | null | path | [ literal, … ] | ( expression )
 *   path       := name { . name }
 *
 * `and` and `or` look at the right side only when the left one does not decide. Comparing values of different types is an
 * error, except that anything may be compared with the literal `null`. A field that is not there is an error.
 */
export type Scalar = string | number | boolean | null;

export const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'startswith', 'glob'] as const;
export type Comparison = (typeof COMPARISONS)[number];

export type Expression =
  | { kind: 'literal'; value: Scalar }
  | { kind: 'list'; items: Scalar[] }
  | { kind: 'path'; path: string[] }
  | { kind: 'not'; operand: Expression }
  | { kind: 'and' | 'or'; left: Expression; right: Expression }
  | { kind: 'compare'; operator: Comparison; left: Expression; right: Expression };

/** Bounds that keep parsing and evaluation within microseconds, whatever the text. */
export const EXPRESSION_LIMITS = { characters: 1000, tokens: 200, depth: 16, pathSegments: 8, listItems: 50 } as const;
