import { useEffect, useRef, type ReactNode } from 'react';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { cn } from '../../ui/class-names.ts';
import { Empty } from '../../ui/empty.tsx';
import { Page } from '../../ui/page.tsx';
import { Select } from '../../ui/text-input.tsx';
import { AgentsSection } from './agents-section.tsx';
import { BudgetSection } from './budget-section.tsx';
import { ConfigSection } from './config-section.tsx';
import { ConnectionsSection } from './connections-section.tsx';
import { PeopleSection } from './people-section.tsx';
import { PolicySection } from './policy-section.tsx';
import { ProjectsSection } from './projects-section.tsx';
import { RepositoriesSection } from './repositories-section.tsx';
import { sectionOf, SECTIONS, type SectionKey } from './sections.ts';
import { SessionsSection } from './sessions-section.tsx';
import { TokensSection } from './tokens-section.tsx';

const CONTENTS: Readonly<Record<SectionKey, () => ReactNode>> = {
  projects: () => <ProjectsSection />,
  repositories: () => <RepositoriesSection />,
  people: () => <PeopleSection />,
  agents: () => <AgentsSection />,
  policy: () => <PolicySection />,
  config: () => <ConfigSection />,
  budget: () => <BudgetSection />,
  connections: () => <ConnectionsSection />,
  tokens: () => <TokensSection />,
  sessions: () => <SessionsSection />,
};

/** Settings: a list of sections at the side (a choice on narrow screens), each with an address of its own. */
export function SettingsPage() {
  const { section: key = '' } = useParams({ strict: false });
  const section = sectionOf(key);
  return (
    <Page title={section?.label ?? 'Settings'} tab={section === null ? 'Settings' : `${section.label} · Settings`} about={section?.about} wide>
      <div className="flex flex-col gap-5 lg:flex-row lg:gap-8">
        <SectionChoice at={section?.key ?? null} />
        <SectionList at={section?.key ?? null} />
        <div className="min-w-0 max-w-6xl flex-1">
          {section === null ? (
            <Empty icon={SearchX} title="There is no such part of the settings">
              The link may be old. The list beside this has everything there is.
            </Empty>
          ) : (
            <SectionContents key={section.key}>{CONTENTS[section.key]()}</SectionContents>
          )}
        </div>
      </div>
    </Page>
  );
}

/** Another section is another page to whoever listens to it: the focus begins at the heading. */
function SectionContents({ children }: { children: ReactNode }) {
  const first = useRef(document.querySelector('h1') === null);
  useEffect(() => {
    if (!first.current) document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }, []);
  return <>{children}</>;
}

function SectionList({ at }: { at: SectionKey | null }) {
  return (
    <nav aria-label="Settings" className="hidden w-44 shrink-0 lg:block">
      <div className="sticky top-5 flex flex-col gap-4">
        {SECTIONS.map(({ title, sections }) => (
          <div key={title}>
            <p className="px-2.5 pb-1 text-xs font-medium text-faint">{title}</p>
            <ul className="flex flex-col gap-0.5">
              {sections.map(({ key, label, icon: Icon }) => (
                <li key={key}>
                  <Link
                    to="/settings/$section"
                    params={{ section: key }}
                    aria-current={key === at ? 'page' : undefined}
                    className={cn(
                      'flex min-h-8 items-center gap-2 rounded-md px-2.5 text-muted hover:bg-hover hover:text-ink',
                      key === at && 'bg-accent-soft font-medium text-accent hover:bg-accent-soft hover:text-accent',
                    )}
                  >
                    <Icon size={15} aria-hidden />
                    {label}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </nav>
  );
}

function SectionChoice({ at }: { at: SectionKey | null }) {
  const navigate = useNavigate();
  return (
    <label className="flex flex-col gap-1 text-sm font-medium lg:hidden">
      Part of the settings
      <Select value={at ?? ''} onChange={(event) => void navigate({ to: '/settings/$section', params: { section: event.target.value } })}>
        {at === null && <option value="">Choose one</option>}
        {SECTIONS.map(({ title, sections }) => (
          <optgroup key={title} label={title}>
            {sections.map(({ key, label }) => (
              <option key={key} value={key}>
                {label}
              </option>
            ))}
          </optgroup>
        ))}
      </Select>
    </label>
  );
}
