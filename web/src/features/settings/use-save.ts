import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toProblem, type ApiProblem } from '../../api/problem.ts';
import { say } from '../../ui/toasts.tsx';
import { fieldErrors, isAllAtFields } from './field-errors.ts';

export interface Save<I, O> {
  /** `over`: the revision that was typed over, where the thing has revisions. */
  run(input: I, over?: number): Promise<O | null>;
  busy: boolean;
  /** What is wrong with a field of the body, for `<Field error>`. */
  errorAt(name: string): string | null;
  /** What has no field to stand at and is no conflict; null: nothing. */
  rest: ApiProblem | null;
  /** Somebody else was faster: the revision that was there then. For <ConflictNote>. */
  theirs: number | null;
  problem: ApiProblem | null;
  clear(): void;
}

/**
 * One kind of write of a form. `fields`: names that have a field of their own. After it, and after a conflict, the answers keyed by `renews` are
 * read again; `done` is said.
 */
export function useSave<I, O>(options: {
  /** `match`: headers that let it through only over the revision that was typed over. */
  write(input: I, match: { 'If-Match': string }): Promise<O>;
  fields?: readonly string[];
  renews: readonly string[];
  done?: string | ((output: O) => string | null);
}): Save<I, O> {
  const queries = useQueryClient();
  const renew = (): Promise<unknown> => Promise.all(options.renews.map((key) => queries.invalidateQueries({ queryKey: [key] })));
  const { mutateAsync, isPending, error, reset } = useMutation({
    mutationFn: ({ input, over }: { input: I; over: number }) => options.write(input, { 'If-Match': `"${over}"` }),
    async onSuccess(output: O) {
      const words = typeof options.done === 'function' ? options.done(output) : options.done;
      if (words !== undefined && words !== null) say(words);
      await renew();
    },
    onError(thrown) {
      if (theirsOf(toProblem(thrown)) !== null) void renew();
    },
  });
  const problem = error === null ? null : toProblem(error);
  const errors = fieldErrors(problem);
  const theirs = problem === null ? null : theirsOf(problem);
  return {
    run: (input, over = 0) => mutateAsync({ input, over }).catch(() => null),
    busy: isPending,
    errorAt: (name) => errors.get(name) ?? null,
    rest: problem !== null && theirs === null && !isAllAtFields(problem, options.fields ?? []) ? problem : null,
    theirs,
    problem,
    clear: reset,
  };
}

/** The revision that a refusal says there is; null: it was refused for something else. */
function theirsOf({ code, detail }: ApiProblem): number | null {
  const revision = detail['revision'];
  return code === 'revision_moved' && typeof revision === 'number' ? revision : null;
}
