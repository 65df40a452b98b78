import { isManifest, newInstallScripts, type ChangeRequestDocument, type WholeChange } from '#modules/change-requests/index.ts';
import type { Mirror } from '#ports/git.ts';

export interface Rated {
  document: ChangeRequestDocument;
  notes: string[];
}

/** Raises the risk where a manifest gets a script that runs on every machine that installs; with a note that names it. */
export async function rateInstallScripts(mirror: Mirror, given: Rated, whole: readonly WholeChange[]): Promise<Rated> {
  const found: string[] = [];
  for (const change of whole) {
    if (change.op !== 'write' || !isManifest(change.path)) continue;
    const isSame = change.baseBlob !== null && isManifest(change.from ?? change.path);
    const before = isSame && change.baseBlob !== null ? textOf(await mirror.readBlob(change.baseBlob)) : null;
    found.push(...newInstallScripts(before, textOf(change.content)).map((name) => `${name} of ${change.path}`));
  }
  if (found.length === 0) return given;
  const note = `The risk is high: ${found.join(', ')} would run by itself wherever it is installed.`;
  return { document: { ...given.document, risk: 'high' }, notes: [...given.notes, note] };
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
