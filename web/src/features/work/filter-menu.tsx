import { ChevronDown } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import { Popover } from '../../ui/popover.tsx';
import { Untrusted } from '../../ui/untrusted.tsx';

export interface Choice {
  value: string;
  label: string;
  /** How many issues there would be; undefined: not known yet. */
  count?: number | undefined;
}

/** One filter as a button that opens its values, each with how many issues have it. `single`: choosing one takes the others out. */
export function FilterMenu({
  name,
  choices,
  chosen,
  onToggle,
  single = false,
}: {
  name: string;
  choices: readonly Choice[];
  chosen: readonly string[];
  onToggle(value: string): void;
  single?: boolean;
}) {
  const words = chosen.map((value) => choices.find((choice) => choice.value === value)?.label ?? value);
  const label = words.length === 0 ? name : words.length === 1 ? `${name}: ${words[0]}` : `${name}: ${words.length}`;
  return (
    <Popover
      label={name}
      content={
        <fieldset>
          <legend className="px-2 py-1 text-sm font-medium">{name}</legend>
          {choices.length === 0 && <p className="px-2 py-1.5 text-sm text-muted">No issue has one.</p>}
          {choices.map((choice) => (
            <label key={choice.value} className="flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 hover:bg-hover">
              <input
                type={single ? 'radio' : 'checkbox'}
                name={name}
                className="size-4 accent-accent"
                checked={chosen.includes(choice.value)}
                onChange={() => onToggle(choice.value)}
                onClick={single && chosen.includes(choice.value) ? () => onToggle(choice.value) : undefined}
              />
              <span className="min-w-0 flex-1 truncate">
                <Untrusted inline text={choice.label} />
              </span>
              {choice.count !== undefined && <span className="tnum text-sm text-muted">{choice.count.toLocaleString('en')}</span>}
            </label>
          ))}
        </fieldset>
      }
    >
      <Button size="small" className={cn('max-w-56', words.length > 0 && 'border-accent bg-accent-soft text-accent hover:bg-accent-soft')}>
        <span className="truncate">{label}</span>
        <ChevronDown size={14} aria-hidden className="shrink-0" />
      </Button>
    </Popover>
  );
}
