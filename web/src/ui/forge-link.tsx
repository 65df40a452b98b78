import type { ComponentProps } from 'react';
import { isWebAddress } from './web-address.ts';

/** A link to what somebody else tells the address of, in a new tab; nothing where it is no address of the web. */
export function ForgeLink({ href, children, ...rest }: Omit<ComponentProps<'a'>, 'href' | 'target' | 'rel'> & { href: string }) {
  if (!isWebAddress(href)) return null;
  return (
    <a {...rest} href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}
