import { CircleHelp, Compass, Keyboard, LogOut, Moon, Sun, SunMoon, User } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { Menu } from '../ui/menu.tsx';
import { sayProblem } from '../ui/toasts.tsx';
import { signOut, useSession } from './session.ts';
import { beginTour } from './tour/tour-state.ts';
import { chooseTheme, useTheme, type Theme } from './theme.ts';

const THEMES: ReadonlyArray<readonly [theme: Theme, label: string, icon: typeof Sun]> = [
  ['system', 'As the system', SunMoon],
  ['light', 'Light', Sun],
  ['dark', 'Dark', Moon],
];

/** Who is signed in, how it looks, and the way out. `named`: with the name beside the picture. */
export function UserMenu({ named = false, onKeys }: { named?: boolean; onKeys(): void }) {
  const { me } = useSession();
  const theme = useTheme();
  const name = me.subject.replace(/^\w+:/, '');
  const themes = THEMES.map(([value, label, Icon]) => ({
    label: theme === value ? `${label} (chosen)` : label,
    icon: <Icon size={14} aria-hidden />,
    onSelect: () => chooseTheme(value),
  }));
  const items = [
    ...themes,
    null,
    { label: 'Tour of the console', icon: <Compass size={14} aria-hidden />, onSelect: beginTour },
    { label: 'Keys', icon: <Keyboard size={14} aria-hidden />, onSelect: onKeys },
    { label: 'The API', icon: <CircleHelp size={14} aria-hidden />, onSelect: () => window.open('/docs', '_blank', 'noopener') },
    null,
    { label: 'Sign out', icon: <LogOut size={14} aria-hidden />, onSelect: () => void signOut().catch(sayProblem) },
  ];
  return (
    <Menu items={items} align="start">
      <Button kind="quiet" className="min-w-0 shrink justify-start px-1.5" aria-label={`${name}, ${me.role}: menu`}>
        <User size={16} aria-hidden />
        {named && <span className="truncate">{name}</span>}
      </Button>
    </Menu>
  );
}
