import type { ReactNode } from 'react';
import { Search } from 'lucide-react';
import { TextInput } from '../../ui/text-input.tsx';

/** Above a list: a search in what was read, how many there are, and the button that makes one. */
export function ListHead({ search, onSearch, noun, children }: { search: string; onSearch(text: string): void; noun: string; children?: ReactNode }) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <div className="relative min-w-48 flex-1 sm:max-w-72">
        <Search size={15} className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-faint" aria-hidden />
        <TextInput
          type="search"
          className="pl-8"
          aria-label={`Search ${noun}`}
          placeholder={`Search ${noun}`}
          value={search}
          onChange={(event) => onSearch(event.target.value)}
        />
      </div>
      <div className="hidden flex-1 sm:block" />
      {children}
    </div>
  );
}

/** Whether any of these texts holds what is searched, in any case. */
export const holds = (search: string, ...texts: ReadonlyArray<string | null>): boolean =>
  texts.some((text) => text?.toLowerCase().includes(search.trim().toLowerCase()) === true);
