import { useEffect, useRef, type RefObject } from 'react';

/**
 * For what appears where the pressed button was: it has the focus if nothing else has, so that keyboards and screen readers go on there and do not begin
 * at the top. It needs `tabIndex={-1}`.
 */
export function useArrival<T extends HTMLElement>(): RefObject<T | null> {
  const element = useRef<T>(null);
  useEffect(() => {
    if (document.activeElement === null || document.activeElement === document.body) element.current?.focus({ preventScroll: true });
  }, []);
  return element;
}
