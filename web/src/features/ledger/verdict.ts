import { entryHash, isConsistent, isIncluded, isSigned, type Consistency, type Inclusion, type ProvenEntry, type SignedHead } from './proof.ts';

/** One thing that was checked. `unknown`: this browser could not tell. */
export interface Check {
  name: 'hash' | 'inclusion' | 'signature' | 'remembered';
  result: 'holds' | 'fails' | 'unknown';
  /** A sentence of what was found. */
  says: string;
}

export interface Material {
  entry: ProvenEntry;
  proof: Inclusion;
  /** Null: the server cannot sign at the moment. */
  signed: { checkpoint: SignedHead; publicKey: string } | null;
  /** A head that this browser kept earlier, and the proof that it is the beginning of today's; `proof` null: today's is shorter. */
  remembered: { head: RememberedHead; proof: Consistency | null } | null;
}

/** What a browser keeps of the ledger it saw. */
export interface RememberedHead {
  origin: string;
  tree_size: number;
  root: string;
  key_id: string;
  at: string;
}

/** Everything this browser can say about an entry, each thing by itself. */
export async function judge({ entry, proof, signed, remembered }: Material): Promise<Check[]> {
  const checks = [
    await readable('hash', hashCheck(entry)),
    await readable('inclusion', inclusionCheck(entry, proof)),
    await readable('signature', signatureCheck(proof, signed)),
  ];
  return remembered === null ? checks : [...checks, await readable('remembered', rememberedCheck(remembered, proof))];
}

/** A part that is no hash, no key or no signature at all proves nothing: that is a finding, and no page that failed. */
async function readable(name: Check['name'], check: Promise<Check>): Promise<Check> {
  try {
    return await check;
  } catch {
    return { name, result: 'fails', says: 'What the server gave for this is malformed, so it proves nothing.' };
  }
}

/** All hold; something fails; or nothing fails and something could not be told. */
export function verdictOf(checks: readonly Check[]): 'verified' | 'failed' | 'partly' {
  if (checks.some(({ result }) => result === 'fails')) return 'failed';
  return checks.some(({ result }) => result === 'unknown') ? 'partly' : 'verified';
}

async function hashCheck(entry: ProvenEntry): Promise<Check> {
  const name = 'hash';
  if ((await entryHash(entry)) === entry.hash) return { name, result: 'holds', says: 'The hash of the entry is the hash of what is shown here.' };
  return { name, result: 'fails', says: 'The entry was changed: its hash does not match its contents.' };
}

async function inclusionCheck(entry: ProvenEntry, proof: Inclusion): Promise<Check> {
  const name = 'inclusion';
  // The leaf is the hash computed here: an entry that was changed must not pass because its old hash still stands in the tree.
  const hash = await entryHash(entry);
  if (proof.seq === entry.seq && (await isIncluded(hash, proof)))
    return { name, result: 'holds', says: `It is entry ${entry.seq} of the tree of ${proof.tree_size} entries.` };
  return { name, result: 'fails', says: `It is not entry ${entry.seq} of the tree of ${proof.tree_size} entries.` };
}

async function signatureCheck(proof: Inclusion, signed: Material['signed']): Promise<Check> {
  const name = 'signature';
  if (signed === null) return { name, result: 'unknown', says: 'The server could not sign the tree, so its root is only the server’s word.' };
  const { checkpoint, publicKey } = signed;
  if (checkpoint.tree_size !== proof.tree_size || checkpoint.root !== proof.root)
    return { name, result: 'fails', says: 'The root that was signed is not the root of this tree.' };
  const found = await isSigned(checkpoint, publicKey);
  if (found === 'signed') return { name, result: 'holds', says: `The root was signed with the key ${checkpoint.key_id}.` };
  if (found === 'unknown') return { name, result: 'unknown', says: 'This browser does not know Ed25519, so it cannot check the signature.' };
  return { name, result: 'fails', says: 'The signature of the root is wrong.' };
}

async function rememberedCheck({ head, proof }: NonNullable<Material['remembered']>, inclusion: Inclusion): Promise<Check> {
  const name = 'remembered';
  const since = `the ${head.tree_size} entries this browser saw on ${head.at.slice(0, 10)}`;
  if (proof === null) return { name, result: 'fails', says: `The ledger is shorter than ${since}: its end was cut off.` };
  const sameTrees =
    proof.first === head.tree_size && proof.first_root === head.root && proof.second === inclusion.tree_size && proof.second_root === inclusion.root;
  if (sameTrees && (await isConsistent(proof))) return { name, result: 'holds', says: `The ledger still begins with ${since}.` };
  return { name, result: 'fails', says: `The ledger no longer begins with ${since}: it was rewritten.` };
}
