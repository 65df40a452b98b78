/** A key as it is printed on keyboards. */
export function Key({ children }: { children: string }) {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded border border-line bg-sunken px-1 font-mono text-xs text-muted">
      {children}
    </kbd>
  );
}
