import type { OwnLogin } from '#ports/forge-read.ts';
import { isOwnComment } from './decide.own.ts';

/** A comment as a forge shows it. */
export interface ForgeComment {
  author: string;
  body: string;
}

/**
 * The issue's text as triage and planning read it: what its author wrote and what people answered, each answer with its author. Comments of
 * Reeve itself are left out, by author and by marker: what a hijacked run got into one of them must not come back as an answer in
 * the next (threat T5). Whatever stays is data: the prompts fence it.
 */
export function decideIssueText(body: string, comments: readonly ForgeComment[], own: OwnLogin): string {
  const answers = comments.filter((comment) => !isOwnComment(comment, own));
  return [body, ...answers.map((comment) => `Answer by ${comment.author}:\n\n${comment.body}`)].join('\n\n');
}
