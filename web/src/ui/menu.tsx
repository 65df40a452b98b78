import type { ReactElement, ReactNode } from 'react';
import { DropdownMenu } from 'radix-ui';
import { cn } from './class-names.ts';

export interface MenuItem {
  label: ReactNode;
  icon?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  onSelect(): void;
}

/** Actions behind one button (the child). `null` between items draws a line. */
export function Menu({ children, items, align = 'end' }: { children: ReactElement; items: ReadonlyArray<MenuItem | null>; align?: 'start' | 'end' }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 min-w-44 rounded-lg border border-line bg-surface p-1 shadow-raised"
        >
          {items.map((item, index) =>
            item === null ? (
              <DropdownMenu.Separator key={index} className="my-1 h-px bg-line" />
            ) : (
              <DropdownMenu.Item
                key={index}
                disabled={item.disabled === true}
                onSelect={() => item.onSelect()}
                className={cn(
                  'flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 outline-none select-none data-disabled:cursor-not-allowed data-disabled:opacity-50 data-highlighted:bg-hover',
                  item.danger === true && 'text-bad',
                )}
              >
                {item.icon}
                {item.label}
              </DropdownMenu.Item>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
