import { Lock } from 'lucide-react';
import { useSession } from '../../app/session.ts';
import { Empty } from '../../ui/empty.tsx';

type Needed = 'developer' | 'maintainer' | 'manager' | 'admin';

const WHO: Readonly<Record<Needed, string>> = {
  developer: 'Developers and everybody above',
  maintainer: 'Maintainers, managers and admins',
  manager: 'Managers and admins',
  admin: 'Admins',
};

/** Says who may, to those who may not; nothing to those who may. `does`: what it is about: `change people`. */
export function MayNote({ needs, does }: { needs: Needed; does: string }) {
  const { me, may } = useSession();
  if (may(needs)) return null;
  return (
    <p className="mb-4 flex items-start gap-2 rounded-md bg-sunken px-3 py-2 text-sm text-muted">
      <Lock size={15} className="mt-0.5 shrink-0" aria-hidden />
      <span>
        {WHO[needs]} {does}. You are signed in as {me.role}.
      </span>
    </p>
  );
}

/** The whole of a section that somebody may not see. */
export function NotYours({ needs, does }: { needs: Needed; does: string }) {
  const { me } = useSession();
  return (
    <Empty icon={Lock} title="This is not open to you">
      {WHO[needs]} {does}. You are signed in as {me.role}.
    </Empty>
  );
}
