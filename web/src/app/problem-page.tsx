import { Link, useRouter } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { Failure } from '../ui/query-state.tsx';

/** An address that is no place in the console. */
export function NotFoundPage() {
  const home = (
    <Button asChild>
      <Link to="/">Go to the start</Link>
    </Button>
  );
  return (
    <Page title="Nothing here">
      <Empty icon={Compass} title="There is no such page" action={home}>
        The link may be old, or a letter is missing.
      </Empty>
    </Page>
  );
}

/** A page that could not be drawn. */
export function ProblemPage({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <Page title="This page could not be shown">
      <Failure error={error} noun="this page" onRetry={() => void router.invalidate()} />
    </Page>
  );
}
