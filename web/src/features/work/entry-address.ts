/** The end of the address of an entry of a story, and the id of its element: `entry-ledger:12`. */
export const addressOf = (id: string): string => `entry-${id}`;

/** The entry that the end of an address names; null: it names none. */
export function entryOf(hash: string): string | null {
  return /^#?entry-([\w:]{1,80})$/.exec(hash)?.[1] ?? null;
}
