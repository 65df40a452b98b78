import { useEffect } from 'react';

const held = new Set<symbol>();

/** Says, while it is shown, that something on this page was typed or chosen and is not sent yet, also while it is being sent. */
export function useUnsent(unsent: boolean): void {
  useEffect(() => {
    if (!unsent) return undefined;
    const mine = Symbol('unsent');
    held.add(mine);
    return () => {
      held.delete(mine);
    };
  }, [unsent]);
}

/** Whether leaving the page would lose what somebody typed: what was said to be unsent, or words in a text area, whether its form asks or not. */
export const hasUnsent = (): boolean => held.size > 0 || [...document.querySelectorAll('textarea')].some(({ value }) => value.trim() !== '');
