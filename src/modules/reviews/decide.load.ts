import { isAwaited } from './decide.asked.ts';
import type { AskedReview } from './model.asked.ts';
import type { ReviewerLoad, ReviewPerson } from './model.load.ts';

const MINUTE_MS = 60_000;

/** One row for each reviewer, in the order of their handles. `from`: where the window begins; it ends now. */
export function decideLoads(people: readonly ReviewPerson[], asks: readonly AskedReview[], from: Date): ReviewerLoad[] {
  return people
    .map((person) =>
      loadOf(
        person,
        asks.filter(({ handle }) => handle === person.handle),
        from,
      ),
    )
    .filter((row) => row.active || row.open.length > 0)
    .toSorted((a, b) => (a.handle < b.handle ? -1 : 1));
}

function loadOf(person: ReviewPerson, asks: readonly AskedReview[], from: Date): ReviewerLoad {
  const inWindow = asks.filter(({ askedAt }) => askedAt >= from);
  const answers = inWindow.flatMap(({ askedAt, answeredAt }) =>
    answeredAt === null ? [] : [(answeredAt.getTime() - askedAt.getTime()) / MINUTE_MS],
  );
  const open = asks.filter(isAwaited).toSorted((a, b) => a.askedAt.getTime() - b.askedAt.getTime());
  return {
    ...person,
    asked: inWindow.length,
    answered: answers.length,
    open,
    medianMinutes: median(answers),
    reason: reasonOf(inWindow.length, answers.length),
    load: open.length + person.approvals,
  };
}

function reasonOf(asked: number, answered: number): string | null {
  if (answered > 0) return null;
  return asked === 0 ? 'Nobody asked for a review in this window.' : 'None of the requests in this window was answered yet.';
}

/** of an even number the mean of the two in the middle. */
function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
