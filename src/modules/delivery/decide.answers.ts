/** A comment as a forge shows it. */
export interface ForgeComment {
  author: string;
  body: string;
}

/** What the executor leaves in everything it writes; on some forges its author is an app with a name of its own. */
const OWN_MARKER = /<!--\s*reeve:/i;

/**
 * The issue's text as triage and planning read it: what its author wrote and what people answered, each answer with its author. Comments of
 * Reeve itself are left out, by author and by marker: what a hijacked run got into one of them must not come back as an answer in
 * the next (threat T5). Whatever stays is data: the prompts fence it.
 */
export function decideIssueText(body: string, comments: readonly ForgeComment[], ownLogin: string): string {
  const own = new Set([ownLogin, `${ownLogin}[bot]`]);
  const answers = comments.filter((comment) => !own.has(comment.author.toLowerCase()) && !OWN_MARKER.test(comment.body));
  return [body, ...answers.map((comment) => `Answer by ${comment.author}:\n\n${comment.body}`)].join('\n\n');
}
