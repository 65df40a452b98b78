import {
  Activity,
  BarChart3,
  GitMerge,
  GitPullRequest,
  House,
  ListTodo,
  ScrollText,
  Settings,
  ShieldCheck,
  Stamp,
  type LucideIcon,
} from 'lucide-react';

export interface Place {
  to: '/' | '/approvals' | '/work' | '/runs' | '/queue' | '/pulls' | '/ledger' | '/compliance' | '/insights' | '/settings';
  label: string;
  icon: LucideIcon;
  /** Second key after `g`. */
  key: string;
}

/** The places of the console, in the order of the navigation: what asks for people first, then the work, then the evidence. */
export const PLACES: ReadonlyArray<readonly Place[]> = [
  [
    { to: '/', label: 'Home', icon: House, key: 'h' },
    { to: '/approvals', label: 'Approvals', icon: Stamp, key: 'a' },
  ],
  [
    { to: '/work', label: 'Work', icon: ListTodo, key: 'w' },
    { to: '/runs', label: 'Runs', icon: Activity, key: 'r' },
    { to: '/queue', label: 'Merge queue', icon: GitMerge, key: 'q' },
    { to: '/pulls', label: 'Pull requests', icon: GitPullRequest, key: 'p' },
  ],
  [
    { to: '/ledger', label: 'Ledger', icon: ScrollText, key: 'l' },
    { to: '/compliance', label: 'Compliance', icon: ShieldCheck, key: 'c' },
    { to: '/insights', label: 'Metrics', icon: BarChart3, key: 'm' },
  ],
  [{ to: '/settings', label: 'Settings', icon: Settings, key: 's' }],
];
