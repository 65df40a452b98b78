import {
  Bot,
  Cable,
  CircleDollarSign,
  FolderGit2,
  FolderKanban,
  KeyRound,
  MonitorSmartphone,
  Scale,
  SlidersHorizontal,
  Users,
  type LucideIcon,
} from 'lucide-react';

export const SECTION_KEYS = [
  'projects',
  'repositories',
  'people',
  'agents',
  'policy',
  'config',
  'budget',
  'connections',
  'tokens',
  'sessions',
] as const;
export type SectionKey = (typeof SECTION_KEYS)[number];

export interface Section {
  key: SectionKey;
  label: string;
  icon: LucideIcon;
  /** One sentence under the heading. */
  about: string;
}

/** The parts of the settings in the order of their navigation: what is worked on, who works, what is allowed, how it is reached. */
export const SECTIONS: ReadonlyArray<{ title: string; sections: readonly Section[] }> = [
  {
    title: 'Work',
    sections: [
      { key: 'projects', label: 'Projects', icon: FolderKanban, about: 'What belongs together, and how Reeve works on it.' },
      { key: 'repositories', label: 'Repositories', icon: FolderGit2, about: 'Where Reeve may read and write, and how careful it has to be there.' },
    ],
  },
  {
    title: 'Who works',
    sections: [
      { key: 'people', label: 'People', icon: Users, about: 'Skills, time and roles: what assignment and approvals go by.' },
      { key: 'agents', label: 'Agents', icon: Bot, about: 'The coding agents that work here, and whether they start.' },
    ],
  },
  {
    title: 'What is allowed',
    sections: [
      {
        key: 'policy',
        label: 'Policy',
        icon: Scale,
        about: 'The rules that decide what runs by itself, what waits for people, and what never happens.',
      },
      { key: 'budget', label: 'Budget', icon: CircleDollarSign, about: 'Caps on money, and the switch that stops all spending.' },
      {
        key: 'config',
        label: 'Configuration',
        icon: SlidersHorizontal,
        about: 'Settings that may change while Reeve runs. Each change is in the ledger.',
      },
    ],
  },
  {
    title: 'Access',
    sections: [
      { key: 'connections', label: 'Connections', icon: Cable, about: 'What Reeve is connected to, and how it goes.' },
      { key: 'tokens', label: 'Tokens', icon: KeyRound, about: 'Keys for programs and for the command line.' },
      { key: 'sessions', label: 'Sessions', icon: MonitorSmartphone, about: 'Browsers that are signed in.' },
    ],
  },
];

/** The section of an address; null: there is no such one. */
export function sectionOf(key: string): Section | null {
  return SECTIONS.flatMap(({ sections }) => sections).find((section) => section.key === key) ?? null;
}
