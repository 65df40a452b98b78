/** An item of a task list in Markdown: indent, bullet, box, rest of the line. https://github.github.com/gfm/#task-list-items-extension- */
const ITEM = /^(\s*(?:[-*+]|\d{1,9}[.)])\s+\[)([ xX])(\]\s+.*)$/;
const FENCE = /^\s{0,3}(```+|~~~+)/;

/**
 * The text with the box of each item that names issue `number` set or cleared; the same text where there is none, or they stand so already. An item
 * names an issue by `#7`, by `owner/name#7` or by the address of the issue, in a repository called `repo`.
 */
export function tickItem(body: string, { number, repo, done }: { number: number; repo: string; done: boolean }): string {
  let fence: string | null = null;
  const lines = body.split('\n').map((line) => {
    const mark = FENCE.exec(line)?.[1] ?? null;
    if (mark !== null && (fence === null || (mark.startsWith(fence) && line.trim() === mark))) {
      fence = fence === null ? mark : null;
      return line;
    }
    const found = fence === null ? ITEM.exec(line.replace(/\r$/, '')) : null;
    if (found === null || !namesIssue(found[3] ?? '', number, repo) || (found[2] !== ' ') === done) return line;
    return `${found[1]}${done ? 'x' : ' '}${found[3]}${line.endsWith('\r') ? '\r' : ''}`;
  });
  return lines.join('\n');
}

/** Whether an item of a task list in the text names the issue, ticked or not. */
export function namesInTaskList(body: string, of: { number: number; repo: string }): boolean {
  return tickItem(body, { ...of, done: true }) !== body || tickItem(body, { ...of, done: false }) !== body;
}

function namesIssue(words: string, number: number, repo: string): boolean {
  const same = (name: string): boolean => name.toLowerCase() === repo.toLowerCase();
  for (const [, name, digits] of words.matchAll(/(?:^|[^\w/.-])([\w.-]+\/[\w.-]+)?#(\d{1,10})(?![\w-])/g))
    if (Number(digits) === number && (name === undefined || same(name))) return true;
  for (const [, name, digits] of words.matchAll(/https?:\/\/[^\s/]+\/([\w.-]+\/[\w.-]+)\/issues\/(\d{1,10})(?![\w-])/g))
    if (Number(digits) === number && same(name ?? '')) return true;
  return false;
}
