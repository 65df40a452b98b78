/**
 * A deed of two requests that goes on where it failed: tried again with the same input after the second request failed, it does not repeat the first.
 * With another input it begins anew; so it does once it has succeeded.
 */
export function inTwoSteps<In, Between, Out>(
  first: (input: In) => Promise<Between>,
  second: (between: Between, input: In) => Promise<Out>,
): (input: In) => Promise<Out> {
  let done: { key: string; between: Between } | null = null;
  return async (input) => {
    const key = JSON.stringify(input);
    if (done?.key !== key) done = { key, between: await first(input) };
    const answer = await second(done.between, input);
    done = null;
    return answer;
  };
}
