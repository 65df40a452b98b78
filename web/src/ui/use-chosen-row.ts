import { useEffect, useMemo, useRef, useState } from 'react';
import { NOWHERE, rowOf, standingOn, stepped } from './selected-row.ts';

export interface ChosenRow {
  /** Its number by now; -1: none. */
  selected: number;
  select(at: number): void;
  move(by: 1 | -1): void;
}

/**
 * The row that the keyboard stands on, which stays the same one while the list changes its order. The focus goes to its link (in the element with its
 * number as `data-row`), so that Enter opens it and screen readers say it.
 */
export function useChosenRow<T>(rows: readonly T[], keyOf: (row: T) => string): ChosenRow {
  const keys = useMemo(() => rows.map(keyOf), [rows, keyOf]);
  const [standing, setStanding] = useState(NOWHERE);
  const selected = useMemo(() => rowOf(keys, standing), [keys, standing]);
  useFocusedRow(selected, standing.key);
  return {
    selected,
    select: (at) => setStanding(standingOn(keys, at)),
    move: (by) => setStanding((now) => stepped(keys, now, by)),
  };
}

/** Only a step moves the focus, not a row that gets another place. A row that is not in the page yet comes with a frame or two. */
function useFocusedRow(selected: number, key: string | null): void {
  const now = useRef(selected);
  useEffect(() => {
    now.current = selected;
  }, [selected]);
  useEffect(() => {
    if (key === null) return undefined;
    let frame = 0;
    let tries = 0;
    const look = (): void => {
      const link = document.querySelector<HTMLElement>(`[data-row="${now.current}"] a`);
      if (link !== null) link.focus({ preventScroll: true });
      else if ((tries += 1) < 30) frame = requestAnimationFrame(look);
    };
    frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [key]);
}
