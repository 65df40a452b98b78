import { useEffect, useRef, type RefObject } from 'react';

/** False once this is no longer on the page: what was waited for then goes on nowhere. */
export function useStillHere(): RefObject<boolean> {
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  return here;
}
