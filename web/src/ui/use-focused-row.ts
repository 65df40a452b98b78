import { useEffect } from 'react';

/**
 * The keyboard stands on the link of a row (an element with its number as `data-row`), so that Enter opens it and screen readers say it. A row that
 * is not in the page yet comes with a frame or two.
 */
export function useFocusedRow(selected: number): void {
  useEffect(() => {
    if (selected < 0) return undefined;
    let frame = 0;
    let tries = 0;
    const look = (): void => {
      const link = document.querySelector<HTMLElement>(`[data-row="${selected}"] a`);
      if (link !== null) link.focus({ preventScroll: true });
      else if ((tries += 1) < 30) frame = requestAnimationFrame(look);
    };
    frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [selected]);
}
