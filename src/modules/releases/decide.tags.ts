/** `v1.4.0`, `1.4`, `1.4.0-rc.1`. */
const VERSION = String.raw`v?\d+\.\d+(?:\.\d+)?(?:[-+.][0-9A-Za-z.+-]+)?`;
const PLAIN = new RegExp(`^${VERSION}$`);
/** `shop/v1.4.0`, `shop@1.4`: a repository with several products names them before the version. */
const OF_PRODUCT = new RegExp(`^([\\w.-]+?[/@-])${VERSION}$`);

/** A tag that names a version: `v1.4.0`, `1.4`, `shop/v1.4.0-rc.1`. Others (`nightly`, `deployed`) are no releases. */
export const isVersionTag = (tag: string): boolean => tag.length <= 200 && (PLAIN.test(tag) || OF_PRODUCT.test(tag));

/** What stands before the version, with its separator: `shop/` of `shop/v1.4.0`; empty where a repository has one product. */
export const productOf = (tag: string): string => (PLAIN.test(tag) ? '' : (OF_PRODUCT.exec(tag)?.[1] ?? ''));

/** `v1.4.0` -> `1.4.0`, as headings and people call it. */
export const versionOf = (tag: string): string => tag.replace(/^(?:[\w.-]+[/@-])?v(?=\d)/, '');

/** The release of the same product that a tag follows, of those given newest first; null: there is none. */
export function predecessorOf<T extends { tag: string }>(newestFirst: readonly T[], tag: string): T | null {
  const product = productOf(tag);
  return newestFirst.find((one) => one.tag !== tag && isVersionTag(one.tag) && productOf(one.tag) === product) ?? null;
}
