import { useId, useState, type ReactNode } from 'react';
import { SlidersHorizontal } from 'lucide-react';
import { Button } from './button.tsx';
import { cn } from './class-names.ts';

/** Fields that narrow a list, side by side; on narrow screens behind a button, so that the list comes first. */
export function FieldGrid({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <Button
        size="small"
        className="self-start md:hidden"
        icon={<SlidersHorizontal size={14} aria-hidden />}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {open ? 'Fewer fields' : 'More fields'}
      </Button>
      <div id={id} className={cn('grid grid-cols-2 gap-2 max-md:mt-2 md:grid-cols-[repeat(auto-fit,minmax(9.5rem,1fr))]', !open && 'max-md:hidden')}>
        {children}
      </div>
    </>
  );
}
