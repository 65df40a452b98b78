/** Takes one input and answers its output; what arrives while others are worked on goes into the next round, together. */
export type Together<In, Out> = (input: In) => Promise<Out>;

interface Waiting<In, Out> {
  input: In;
  resolve(output: Out): void;
  reject(error: unknown): void;
}

/**
 * One round trip, or one transaction, for all that arrives while the last one is under way: alone, an input waits for nobody. `work`
 * begins after each of its inputs was given, takes at most `most` of them, and answers one output for each in their order. When it
 * fails for several, each is tried by itself: what is wrong with one costs no other its answer, so `work` must leave nothing behind
 * when it fails.
 */
export function createTogether<In, Out>(work: (inputs: readonly In[]) => Promise<Out[]>, most: number): Together<In, Out> {
  let waiting: Array<Waiting<In, Out>> = [];
  let busy = false;

  async function attempt(group: ReadonlyArray<Waiting<In, Out>>): Promise<void> {
    try {
      const outputs = await work(group.map(({ input }) => input));
      for (const [at, one] of group.entries()) {
        const output = outputs[at];
        if (output === undefined) one.reject(new TypeError('fewer outputs than inputs'));
        else one.resolve(output);
      }
    } catch (error) {
      const [only, ...others] = group;
      if (others.length === 0) only?.reject(error);
      else for (const one of group) await attempt([one]);
    }
  }

  async function serve(): Promise<void> {
    busy = true;
    while (waiting.length > 0) {
      const group = waiting.slice(0, most);
      waiting = waiting.slice(most);
      await attempt(group);
    }
    busy = false;
  }

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (!busy) void serve();
    });
}
