import { useDeferredValue, useId, useState, type KeyboardEvent } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { api, read } from '../api/client.ts';
import { cn } from '../ui/class-names.ts';
import { Dialog } from '../ui/dialog.tsx';
import { TextInput } from '../ui/text-input.tsx';
import { PLACES } from './places.ts';

interface Found {
  key: string;
  label: string;
  about: string;
  go(): void;
}

const MOST = 8;

/** Goes to a place or an issue by its name. */
export function Palette({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Go to" size="medium">
      <Search onGo={() => onOpenChange(false)} />
    </Dialog>
  );
}

function Search({ onGo }: { onGo(): void }) {
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found = useFound(text.trim());
  const chosen = Math.min(at, found.length - 1);

  function go(entry: Found | undefined): void {
    if (entry === undefined) return;
    onGo();
    entry.go();
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter') go(found[chosen]);
    else if (event.key === 'ArrowDown') setAt(Math.min(chosen + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(chosen - 1, 0));
    else return;
    event.preventDefault();
  }

  return (
    <div className="flex flex-col gap-2 pb-3">
      <TextInput
        role="combobox"
        aria-label="Name of a place, or words of an issue"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={found.length > 0 ? `${id}-${chosen}` : undefined}
        placeholder="A place, or words of an issue"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={id} role="listbox" aria-label="Found" className="min-h-40">
        {found.map((entry, index) => (
          <div
            key={entry.key}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => go(entry)}
            onKeyDown={onKeyDown}
            className={cn('flex min-h-8 cursor-pointer items-center justify-between gap-3 rounded-md px-2', index === chosen && 'bg-hover')}
          >
            <span className="truncate">{entry.label}</span>
            <span className="shrink-0 text-sm text-muted">{entry.about}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

function useFound(text: string): Found[] {
  const navigate = useNavigate();
  const q = useDeferredValue(text);
  const issues = useQuery({
    queryKey: ['issues', 'palette', q],
    queryFn: ({ signal }) => read(api.GET('/v1/issues', { params: { query: { q, limit: MOST } }, signal })),
    enabled: q.length >= 2,
  });
  const places = PLACES.flat()
    .filter((place) => place.label.toLowerCase().includes(text.toLowerCase()))
    .map((place) => ({ key: place.to, label: place.label, about: 'place', go: () => void navigate({ to: place.to }) }));
  const work = (q.length >= 2 ? (issues.data?.items ?? []) : []).map((issue) => ({
    key: issue.id,
    label: issue.title,
    about: issue.state.replaceAll('_', ' '),
    go: () => void navigate({ to: '/work/$id', params: { id: issue.id } }),
  }));
  return [...places, ...work].slice(0, MOST);
}
