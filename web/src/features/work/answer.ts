/** A text as a try to answer wanted it, and how it was before. */
export interface Written {
  before: string;
  text: string;
}

/**
 * The text of a request with an answer below the question. An answer is written and then the work is started: where the second failed, the text holds
 * the first already. The same answer is then not added again, and another one takes its place. `last`: what this page tried to write before.
 */
export function withAnswer(request: { body: string; state_reason: string | null }, answer: string, last: Written | null): Written {
  const added = `\n\n${request.state_reason ?? ''}\n${answer.trim()}`;
  if (request.body.endsWith(added)) return { before: request.body.slice(0, -added.length), text: request.body };
  const before = last !== null && request.body === last.text ? last.before : request.body;
  return { before, text: `${before}${added}` };
}
