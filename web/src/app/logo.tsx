import { Link } from '@tanstack/react-router';

export function Logo() {
  return (
    <Link to="/" className="inline-flex items-center gap-2 font-semibold tracking-tight">
      <img src="/icon.svg" alt="" width={20} height={20} />
      Reeve
    </Link>
  );
}
