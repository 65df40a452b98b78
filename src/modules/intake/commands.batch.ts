/** Room for one statement: its parameters stay few, because each column travels as one array. */
const LARGEST_BATCH = 200;

interface Waiting<In, Out> {
  input: In;
  resolve(out: Out): void;
  reject(error: unknown): void;
}

/**
 * Group commit: what arrives while one transaction is under way goes into the next, all of it together. Alone, an input waits for
 * nobody. `write` answers one output for each input, in their order; when it fails for several, each is tried by itself, so that
 * one that cannot be written fails nobody else.
 */
export function createBatches<In, Out>(write: (inputs: readonly In[]) => Promise<Out[]>): (input: In) => Promise<Out> {
  let waiting: Array<Waiting<In, Out>> = [];
  let running = false;

  async function attempt(batch: ReadonlyArray<Waiting<In, Out>>): Promise<void> {
    try {
      const outputs = await write(batch.map(({ input }) => input));
      for (const [at, { resolve, reject }] of batch.entries()) {
        const output = outputs[at];
        if (output === undefined) reject(new Error('a batch answered fewer outputs than it had inputs'));
        else resolve(output);
      }
    } catch (error) {
      const [only] = batch;
      if (batch.length === 1) only?.reject(error);
      else for (const one of batch) await attempt([one]);
    }
  }

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, LARGEST_BATCH);
      waiting = waiting.slice(LARGEST_BATCH);
      await attempt(batch);
    }
    running = false;
  }

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (!running) void run();
    });
}
