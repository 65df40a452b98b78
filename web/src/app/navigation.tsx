import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { approvalCountsQuery } from '../api/approval-counts.ts';
import { PLACES, type Place } from './places.ts';

/** How many approvals wait for who is signed in, beside their place; nothing while it is not known. */
function useWaiting(): number | null {
  const { data } = useQuery(approvalCountsQuery);
  return data?.mine ?? null;
}

/** The list of places. `onGo`: somewhere was chosen (a drawer closes). */
export function Navigation({ onGo }: { onGo?: () => void }) {
  const waiting = useWaiting();
  return (
    <nav aria-label="Places" className="flex flex-col gap-3">
      {PLACES.map((group) => (
        <ul key={group[0]?.to} className="flex flex-col gap-0.5">
          {group.map((place) => (
            <li key={place.to}>
              <PlaceLink place={place} count={place.to === '/approvals' ? waiting : null} onGo={onGo} />
            </li>
          ))}
        </ul>
      ))}
    </nav>
  );
}

function PlaceLink({ place, count, onGo }: { place: Place; count: number | null; onGo: (() => void) | undefined }) {
  const Icon = place.icon;
  return (
    <Link
      to={place.to}
      activeOptions={{ exact: place.to === '/', includeSearch: false }}
      onClick={onGo}
      className="flex min-h-8 items-center gap-2.5 rounded-md px-2.5 text-muted hover:bg-hover hover:text-ink data-[status=active]:bg-hover data-[status=active]:font-medium data-[status=active]:text-ink"
    >
      <Icon size={16} aria-hidden className="shrink-0" />
      <span className="flex-1 truncate">{place.label}</span>
      {count !== null && count > 0 && (
        <span className="tnum rounded-full bg-accent px-1.5 text-xs font-semibold text-accent-ink">
          {count > 99 ? '99+' : count}
          <span className="sr-only"> wait for your decision</span>
        </span>
      )}
    </Link>
  );
}
