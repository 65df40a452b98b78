import { Suspense, useEffect, useState } from 'react';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { Menu as MenuIcon } from 'lucide-react';
import { followLive } from '../api/live.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { listenToKeys, useShortcuts } from './keyboard.ts';
import { LiveLine } from './live-line.tsx';
import { Logo } from './logo.tsx';
import { Navigation } from './navigation.tsx';
import { Palette } from './palette.tsx';
import { PLACES } from './places.ts';
import { SessionEnded } from './session-ended.tsx';
import { ShortcutList } from './shortcut-list.tsx';
import { Tour } from './tour/tour.tsx';
import { UserMenu } from './user-menu.tsx';

/** The frame of everything behind the sign-in: places on the left (a drawer on narrow screens), the page, and the line to the server. */
export function Shell() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [drawer, setDrawer] = useState(false);
  const [keys, setKeys] = useState(false);
  const [palette, setPalette] = useState(false);
  useEffect(() => followLive(queries), [queries]);
  useEffect(() => {
    performance.mark('reeve.interactive');
    return listenToKeys();
  }, []);
  useShortcuts('Everywhere', [
    { keys: '?', label: 'Show these keys', run: () => setKeys(true) },
    { keys: '.', label: 'Go to anything', run: () => setPalette(true) },
    ...PLACES.flat().map((place) => ({ keys: `g ${place.key}`, label: `Go to ${place.label}`, run: () => void navigate({ to: place.to }) })),
  ]);

  return (
    <div className="flex min-h-dvh flex-col lg:flex-row">
      <a href="#main" className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2">
        Skip to the page
      </a>
      <header className="sticky top-0 z-30 flex h-12 items-center gap-2 border-b border-line bg-surface px-3 lg:hidden">
        <Button kind="quiet" aria-label="Open the list of places" icon={<MenuIcon size={18} aria-hidden />} onClick={() => setDrawer(true)} />
        <Logo />
        <div className="flex-1" />
        <LiveLine />
        <UserMenu onKeys={() => setKeys(true)} />
      </header>
      <aside className="sticky top-0 hidden h-dvh w-56 shrink-0 flex-col gap-4 border-r border-line bg-surface px-3 py-4 lg:flex">
        <div className="px-2.5">
          <Logo />
        </div>
        <div className="min-h-0 flex-1 overflow-y-auto">
          <Navigation />
        </div>
        <div className="flex items-center justify-between gap-2 border-t border-line pt-3">
          <UserMenu onKeys={() => setKeys(true)} named />
          <LiveLine />
        </div>
      </aside>
      <main id="main" className="min-w-0 flex-1">
        <SessionEnded />
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
      <Dialog open={drawer} onOpenChange={setDrawer} title="Go to">
        <Navigation onGo={() => setDrawer(false)} />
      </Dialog>
      <ShortcutList open={keys} onOpenChange={setKeys} />
      <Palette open={palette} onOpenChange={setPalette} />
      <Tour />
      <Toasts />
    </div>
  );
}
