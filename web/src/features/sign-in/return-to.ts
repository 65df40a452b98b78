/** A path of this console and nothing else: no address of a stranger gets a person who has just signed in. */
export function returnPath(wanted: string | undefined): string {
  if (wanted === undefined || !wanted.startsWith('/') || wanted.startsWith('//') || wanted.includes('\\')) return '/';
  const base = 'https://reeve.invalid';
  const url = new URL(wanted, base);
  if (url.origin !== base || url.pathname.startsWith('//') || url.pathname.startsWith('/sign-in')) return '/';
  return `${url.pathname}${url.search}${url.hash}`;
}

/** The code of a link that signs in (`#link=…`), or null: it is none, or not whole. */
export function codeInFragment(hash: string): string | null {
  return /^#link=([\w-]{43})$/.exec(hash)?.[1] ?? null;
}

/** Whether somebody came by such a link, whole or not. */
export const isLink = (hash: string): boolean => hash.startsWith('#link=');
