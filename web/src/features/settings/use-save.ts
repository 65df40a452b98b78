import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toProblem, type ApiProblem } from '../../api/problem.ts';
import { say } from '../../ui/toasts.tsx';
import { fieldErrors, isAllAtFields } from './field-errors.ts';

export interface Save<I, O> {
  run(input: I): Promise<O | null>;
  busy: boolean;
  /** What is wrong with a field of the body, for `<Field error>`. */
  errorAt(name: string): string | null;
  /** What has no field to stand at and is no conflict; null: nothing. */
  rest: ApiProblem | null;
  /** Somebody else was faster; what they wrote is being read, or was. For <ConflictNote>. */
  isConflict: boolean;
  problem: ApiProblem | null;
  clear(): void;
}

/**
 * One kind of write of a form. `fields`: names that have a field of their own. After it, and after a conflict, the answers keyed by `renews` are
 * read again; `done` is said.
 */
export function useSave<I, O>(options: {
  write(input: I): Promise<O>;
  fields?: readonly string[];
  renews: readonly string[];
  done?: string | ((output: O) => string | null);
}): Save<I, O> {
  const queries = useQueryClient();
  const renew = (): Promise<unknown> => Promise.all(options.renews.map((key) => queries.invalidateQueries({ queryKey: [key] })));
  const { mutateAsync, isPending, error, reset } = useMutation({
    mutationFn: options.write,
    async onSuccess(output: O) {
      const words = typeof options.done === 'function' ? options.done(output) : options.done;
      if (words !== undefined && words !== null) say(words);
      await renew();
    },
    onError(thrown) {
      if (isMoved(toProblem(thrown))) void renew();
    },
  });
  const problem = error === null ? null : toProblem(error);
  const errors = fieldErrors(problem);
  const isConflict = problem !== null && isMoved(problem);
  return {
    run: (input) => mutateAsync(input).catch(() => null),
    busy: isPending,
    errorAt: (name) => errors.get(name) ?? null,
    rest: problem !== null && !isConflict && !isAllAtFields(problem, options.fields ?? []) ? problem : null,
    isConflict,
    problem,
    clear: reset,
  };
}

const isMoved = ({ code }: ApiProblem): boolean => code === 'revision_moved';
