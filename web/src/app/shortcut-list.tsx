import { Dialog } from '../ui/dialog.tsx';
import { Key } from '../ui/key-hint.tsx';
import { useShortcutGroups } from './keyboard.ts';

/** What may be pressed here, the page's own first. */
export function ShortcutList({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const groups = useShortcutGroups()
    .map(({ title, shortcuts }) => ({ title, shortcuts: shortcuts.filter(({ disabled }) => disabled !== true) }))
    .filter(({ shortcuts }) => shortcuts.length > 0)
    .toReversed();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keys" size="medium">
      <div className="grid gap-5 pb-3 sm:grid-cols-2">
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className="mb-1.5 text-sm font-semibold text-muted">{group.title}</h3>
            <dl className="flex flex-col gap-1">
              {group.shortcuts.map((shortcut) => (
                <div key={shortcut.keys} className="flex items-center justify-between gap-3">
                  <dd>{shortcut.label}</dd>
                  <dt className="flex gap-1">
                    {shortcut.keys.split(' ').map((key) => (
                      <Key key={key}>{key}</Key>
                    ))}
                  </dt>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
