import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { BookmarkPlus, EllipsisVertical, Globe, GlobeLock, Pencil, Trash2 } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/class-names.ts';
import { Menu } from '../../ui/menu.tsx';
import { say, sayProblem } from '../../ui/toasts.tsx';
import { changeView, removeView } from './commands.ts';
import { viewsQuery, type SavedView } from './queries.ts';
import { SaveViewDialog } from './save-view-dialog.tsx';
import { builtInViews, isSameSearch, parseSearch, type WorkSearch } from './search.ts';

/** Views of the list side by side: those everybody has, one's own, and those that a manager shares. Each is a link. */
export function ViewTabs({ search, views, waiting }: { search: WorkSearch; views: readonly SavedView[]; waiting: number | undefined }) {
  const { me } = useSession();
  const [saving, setSaving] = useState(false);
  const fixed = builtInViews(me.person?.handle ?? null);
  const saved = views.map((view) => ({ view, search: parseSearch(view.filters) }));
  const current = saved.find((one) => isSameSearch(one.search, search));
  const isKnown = current !== undefined || fixed.some((one) => isSameSearch(one.search, search));
  return (
    <div className="mb-4 flex items-center gap-2 border-b border-line">
      <nav aria-label="Views" className="-mb-px flex min-w-0 flex-1 gap-1 overflow-x-auto">
        {fixed.map((one) => (
          <ViewLink key={one.name} search={one.search} chosen={isSameSearch(one.search, search)}>
            {one.name}
            {one.search.waits_for === 'person' && waiting !== undefined && waiting > 0 && (
              <span className="tnum ml-1.5 rounded-full bg-warn-soft px-1.5 text-xs text-warn">{waiting.toLocaleString('en')}</span>
            )}
          </ViewLink>
        ))}
        {saved.map((one) => (
          <ViewLink key={one.view.id} search={one.search} chosen={one === current}>
            {one.view.name}
            {one.view.shared && <Globe size={12} aria-label="shared with everybody" className="ml-1.5 inline text-faint" />}
          </ViewLink>
        ))}
      </nav>
      {!isKnown && (
        <Button size="small" kind="quiet" icon={<BookmarkPlus size={14} aria-hidden />} onClick={() => setSaving(true)}>
          Save view
        </Button>
      )}
      {current !== undefined && <ViewMenu key={current.view.id} view={current.view} />}
      {saving && <SaveViewDialog open onOpenChange={setSaving} search={search} />}
    </div>
  );
}

function ViewLink({ search, chosen, children }: { search: WorkSearch; chosen: boolean; children: React.ReactNode }) {
  return (
    <Link
      to="/work"
      search={search}
      aria-current={chosen ? 'page' : undefined}
      className={cn(
        'flex min-h-9 shrink-0 items-center border-b-2 px-3 whitespace-nowrap',
        chosen ? 'border-accent font-medium text-ink' : 'border-transparent text-muted hover:text-ink',
      )}
    >
      {children}
    </Link>
  );
}

/** What may be done with a saved view that one keeps, or that everybody sees and one manages. */
function ViewMenu({ view }: { view: SavedView }) {
  const { may } = useSession();
  const queries = useQueryClient();
  const [renaming, setRenaming] = useState(false);
  if (!view.mine && !may('manager')) return null;
  async function run(deed: () => Promise<unknown>, done: string): Promise<void> {
    try {
      await deed();
      await queries.invalidateQueries({ queryKey: viewsQuery.queryKey });
      say(done);
    } catch (error) {
      sayProblem(error);
    }
  }
  const share = view.shared
    ? {
        label: 'Keep it for myself',
        icon: <GlobeLock size={14} aria-hidden />,
        onSelect: () => void run(() => changeView(view.id, { shared: false }), 'Only its keeper sees this view now.'),
      }
    : {
        label: 'Share with everybody',
        icon: <Globe size={14} aria-hidden />,
        onSelect: () => void run(() => changeView(view.id, { shared: true }), 'Everybody sees this view now.'),
      };
  return (
    <>
      <Menu
        items={[
          { label: 'Rename', icon: <Pencil size={14} aria-hidden />, onSelect: () => setRenaming(true) },
          ...(may('manager') ? [share] : []),
          null,
          {
            label: 'Remove view',
            danger: true,
            icon: <Trash2 size={14} aria-hidden />,
            onSelect: () => void run(() => removeView(view.id), 'The view is removed.'),
          },
        ]}
      >
        <Button size="small" kind="quiet" aria-label={`Options of the view ${view.name}`} icon={<EllipsisVertical size={16} aria-hidden />} />
      </Menu>
      {renaming && <SaveViewDialog open onOpenChange={setRenaming} view={view} search={parseSearch(view.filters)} />}
    </>
  );
}
