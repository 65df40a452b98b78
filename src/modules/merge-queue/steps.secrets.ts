import type { Mirror } from '#ports/git.ts';
import type { AdmissionRefusal, WholeChange } from '#modules/change-requests/index.ts';

/** What looks like a secret in a text: a rule's name and the line, never the value. */
export type FindSecrets = (text: string) => Promise<readonly { rule: string; line: number }[]>;

/**
 * Refuses new content that holds what looks like a secret: what has landed is published. Lines that stand in the base already are nobody's
 * news. When the rules fail, so does the admission.
 */
export async function refuseSecrets(mirror: Pick<Mirror, 'readBlob'>, whole: readonly WholeChange[], find: FindSecrets): Promise<AdmissionRefusal[]> {
  const refusals: AdmissionRefusal[] = [];
  for (const change of whole) {
    if (change.op !== 'write') continue;
    const text = textOf(change.content);
    const found = await find(text);
    if (found.length === 0) continue;
    const before = new Set(change.baseBlob === null ? [] : textOf(await mirror.readBlob(change.baseBlob)).split('\n'));
    const lines = text.split('\n');
    for (const { rule, line } of found) if (!before.has(lines[line - 1] ?? '')) refusals.push(refusal(change.path, rule, line));
  }
  return refusals;
}

const textOf = (content: Uint8Array): string => Buffer.from(content).toString('utf8');

function refusal(path: string, rule: string, line: number): AdmissionRefusal {
  const detail = `The rule ${rule} found what looks like a secret in line ${line}. Read it from the environment instead; an example can be written in parts.`;
  return { code: 'secret_found', path, detail };
}
