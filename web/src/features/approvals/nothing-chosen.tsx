import { MousePointerClick } from 'lucide-react';
import { Empty } from '../../ui/empty.tsx';
import { Key } from '../../ui/key-hint.tsx';

/** Beside the list while nothing is open; on narrow screens the list has the page for itself. */
export function NothingChosen() {
  return (
    <div className="hidden h-full place-content-center lg:grid">
      <Empty icon={MousePointerClick} title="Choose what to decide">
        <p className="flex flex-wrap items-center justify-center gap-1.5">
          <Key>j</Key> and <Key>k</Key> go through the list, <Key>?</Key> shows all keys.
        </p>
      </Empty>
    </div>
  );
}
