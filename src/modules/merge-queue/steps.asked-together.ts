/** Questions that are asked while another one is being answered share the next answer's round trip. Nobody waits for company. */
export type AskTogether<Question, Answer> = (question: Question) => Promise<Answer>;

/** Questions of so many share a round trip at most. */
const MOST_TOGETHER = 64;

interface Waiting<Question, Answer> {
  question: Question;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** `ask` answers in the order of the questions, and each by what is true after it was put. */
export function createAskTogether<Question, Answer>(ask: (questions: readonly Question[]) => Promise<Answer[]>): AskTogether<Question, Answer> {
  let waiting: Array<Waiting<Question, Answer>> = [];
  let busy = false;

  async function answer(group: ReadonlyArray<Waiting<Question, Answer>>): Promise<void> {
    try {
      const answers = await ask(group.map(({ question }) => question));
      for (const [at, one] of group.entries()) {
        const found = answers[at];
        if (found === undefined) one.reject(new TypeError('a question was not answered'));
        else one.resolve(found);
      }
    } catch (error) {
      const [only, ...others] = group;
      if (others.length === 0) only?.reject(error);
      // What is wrong with one question is no reason to leave the others without an answer: each by itself.
      else for (const one of group) await answer([one]);
    }
  }

  async function serve(): Promise<void> {
    busy = true;
    while (waiting.length > 0) {
      const group = waiting.slice(0, MOST_TOGETHER);
      waiting = waiting.slice(MOST_TOGETHER);
      await answer(group);
    }
    busy = false;
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      if (!busy) void serve();
    });
}
