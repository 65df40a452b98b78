import { useId, type ReactNode } from 'react';

/** A part of a dialog beside its form, with a heading; what is pressed there happens at once. */
export function DialogPart({ title, about, children }: { title: string; about?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="mt-5 flex flex-col gap-3 border-t border-line pt-4">
      <div>
        <h3 id={id} className="font-medium">
          {title}
        </h3>
        {about !== undefined && <p className="text-sm text-muted">{about}</p>}
      </div>
      {children}
    </section>
  );
}
