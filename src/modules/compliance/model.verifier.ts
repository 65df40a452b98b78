/**
 * The program that goes with every export, as text: it has to run where neither Reeve nor its packages are, so it repeats what it needs
 * (JCS, RFC 9162's check of a proof, the population's rows). A test runs it on exports of this program.
 */
export const VERIFIER_TEXT = String.raw`// Verifies this export offline: node verify.mjs [--key FILE] [folder]
// Needs Node.js 20 or newer and nothing else. Exit code 0: everything holds; 1: something does not, and it is named.
// --key FILE: the public key (PEM) you trust, kept since an earlier audit; keys.json leads from it to the key of checkpoint.json where it
// was rotated since. Without it the first key the export names is taken, which proves that the export is whole, not that it comes
// from whom you think.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const args = process.argv.slice(2);
const keyAt = args.indexOf('--key');
const keyFile = keyAt < 0 ? null : args.splice(keyAt, 2)[1];
const root = path.resolve(args[0] ?? path.dirname(fileURLToPath(import.meta.url)));
const problems = [];
const problem = (file, text) => problems.push(file + ': ' + text);
let handovers = 0;

const sha256 = (data) => createHash('sha256').update(data).digest('hex');
const bytes = (hex) => Buffer.from(hex, 'hex');
const leafHash = (hex) => sha256(Buffer.concat([Buffer.of(0), bytes(hex)]));
const nodeHash = (left, right) => sha256(Buffer.concat([Buffer.of(1), bytes(left), bytes(right)]));

// RFC 8785.
function jcs(value) {
  if (Array.isArray(value)) return '[' + value.map(jcs).join(',') + ']';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.keys(value).sort().map((key) => JSON.stringify(key) + ':' + jcs(value[key]));
  return '{' + members.join(',') + '}';
}

function ordered(value) {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, ordered(value[key])]));
}
const shown = (value) => JSON.stringify(ordered(value), null, 2) + '\n';

function read(file) {
  try {
    return readFileSync(path.join(root, file), 'utf8');
  } catch {
    problem(file, 'cannot be read');
    return null;
  }
}

function readJson(file) {
  const text = read(file);
  if (text === null) return null;
  try {
    return { text, value: JSON.parse(text) };
  } catch {
    problem(file, 'is not JSON');
    return null;
  }
}

// RFC 9162 section 2.1.3.2.
function isIncluded(index, size, leaf, proof, expected) {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let fn = index;
  let sn = size - 1;
  let r = leaf;
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      r = nodeHash(sibling, r);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    } else r = nodeHash(r, sibling);
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && r === expected;
}

const keyIdOf = (key) => sha256(key.export({ type: 'spki', format: 'der' })).slice(0, 32);

function isSigned(fields, signature, key) {
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('the key is not an Ed25519 key');
  return verify(null, Buffer.from(jcs(fields)), key, Buffer.from(signature, 'base64'));
}

// Nothing in an entry is believed before this: it is as it was hashed, and in the tree of the checkpoint.
function isInTree({ hash: claimed, ...fields }, { seq, tree_size: size, root: proofRoot, path: hashes }, checkpoint) {
  const entryHash = sha256(jcs(fields));
  if (entryHash !== claimed || seq !== fields.seq || size !== checkpoint.tree_size || proofRoot !== checkpoint.root) return false;
  return isIncluded(seq - 1, size, leafHash(entryHash), hashes, checkpoint.root);
}

function readSuccession(checkpoint) {
  const file = 'keys.json';
  const kept = readJson(file);
  if (kept === null) return [];
  if (kept.text !== shown(kept.value)) problem(file, 'was changed: it is not as it was written');
  try {
    let last = 0;
    for (const { entry, proof } of kept.value) {
      if (entry.seq <= last || !isInTree(entry, proof, checkpoint)) {
        problem(file, 'entry ' + entry.seq + ' was changed, or is not in the tree of the checkpoint');
        return [];
      }
      last = entry.seq;
    }
    return kept.value.map(({ entry }) => entry);
  } catch (error) {
    problem(file, 'cannot be checked: ' + error.message);
    return [];
  }
}

// From the key that is trusted to the one that has it from there, hand-over by hand-over. One that the key before did not sign, or the
// new key did not accept, changes nothing.
function follow(trusted, succession, origin) {
  const handedOver = new Map();
  let now = trusted;
  for (const { seq, kind, payload } of succession) {
    if (kind !== 'ledger.key_rotated' || payload.from_key_id !== keyIdOf(now) || payload.origin !== origin) continue;
    try {
      const { key_id, public_key, from_key_id } = payload;
      const next = createPublicKey(public_key);
      const fields = { v: 1, purpose: 'ledger key hand-over', origin, from_key_id, key_id, public_key };
      if (keyIdOf(next) !== key_id || !isSigned(fields, payload.signature, now) || !isSigned(fields, payload.accepted, next)) continue;
      handedOver.set(from_key_id, seq);
      now = next;
    } catch {
      continue;
    }
  }
  return { key: now, handedOver };
}

// The key that is trusted: the one given; else the first one the ledger says it had; else the one that comes with the checkpoint.
function trustedKey(own, succession) {
  if (keyFile !== null) return createPublicKey(readFileSync(keyFile, 'utf8'));
  const first = succession.find(({ kind }) => kind === 'ledger.key_introduced');
  return createPublicKey(first === undefined ? own : first.payload.public_key);
}

function checkCheckpoint() {
  const file = 'checkpoint.json';
  const kept = readJson(file);
  if (kept === null) return null;
  if (kept.text !== shown(kept.value)) problem(file, 'was changed: it is not as it was written');
  const { checkpoint, public_key: own } = kept.value;
  try {
    const succession = readSuccession(checkpoint);
    const { key, handedOver } = follow(trustedKey(own, succession), succession, checkpoint.origin);
    const { signature, ...signed } = checkpoint;
    if (handedOver.has(checkpoint.key_id)) problem(file, 'was signed with a key that had handed over in entry ' + handedOver.get(checkpoint.key_id));
    else if (keyIdOf(key) !== checkpoint.key_id) problem(file, 'was signed with another key than the one that is trusted, and none was handed over to it');
    else if (!isSigned(signed, signature, key)) problem(file, 'the signature is wrong');
    const shipped = createPublicKey(own);
    if (shipped.export({ type: 'spki', format: 'pem' }) !== own || keyIdOf(shipped) !== checkpoint.key_id) problem(file, 'the public key is not the one of the checkpoint');
    handovers = handedOver.size;
  } catch (error) {
    problem(file, 'cannot be checked: ' + error.message);
  }
  return checkpoint;
}

function csvCell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
  return /[",\n\r]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
}

const COLUMNS = ['number', 'record', 'kind', 'project', 'repository', 'changed_at', 'commit', 'issue', 'pull_request', 'requested_by', 'approved_by', 'approved_at', 'checks_passed', 'author_approved', 'self_approved', 'emergency', 'sha256'];

function populationRow(record, hash) {
  const votes = record.decisions.flatMap((decision) => decision.votes.filter((vote) => vote.decision === 'approve'));
  const { checks_passed: passed, author_approved: author, self_approved: self, emergency } = record.findings;
  const cells = [record.number, record.id, record.kind, record.project, record.repository, record.changed_at, record.commit,
    record.issue?.number, record.pull?.number, record.issue?.requested_by, [...new Set(votes.map((vote) => vote.by))].join(' '),
    votes.at(-1)?.at, passed, author, self, emergency, hash];
  return cells.map((cell) => csvCell(String(cell ?? ''))).join(',');
}

const EVIDENCE = ['issue.json', 'plan.json', 'pr.json', 'changes.json', 'agents.json', 'decision.json', 'checks.json', 'policy.yaml'];
const FOLDER = [...EVIDENCE, 'record.json', 'ledger-entry.json', 'inclusion-proof.json'];

function checkChange(folder, checkpoint) {
  const at = (name) => 'changes/' + folder + '/' + name;
  const record = readJson(at('record.json'));
  const entry = readJson(at('ledger-entry.json'));
  const proof = readJson(at('inclusion-proof.json'));
  if (record === null || entry === null || proof === null) return null;
  const hash = sha256(jcs(record.value));
  if (record.text !== jcs(record.value) + '\n') problem(at('record.json'), 'was changed: it is not as it was written');
  if (entry.text !== shown(entry.value)) problem(at('ledger-entry.json'), 'was changed: it is not as it was written');
  if (proof.text !== shown(proof.value)) problem(at('inclusion-proof.json'), 'was changed: it is not as it was written');
  const { hash: claimed, ...fields } = entry.value;
  const entryHash = sha256(jcs(fields));
  if (entryHash !== claimed) problem(at('ledger-entry.json'), 'was changed: its hash does not match its fields');
  if (fields.kind !== 'compliance.recorded' || fields.subject !== record.value.id || fields.payload?.sha256 !== hash)
    problem(at('record.json'), 'was changed: it is not the record its ledger entry names');
  const { seq, tree_size: size, path: hashes, root: proofRoot } = proof.value;
  if (checkpoint !== null && (size !== checkpoint.tree_size || proofRoot !== checkpoint.root)) problem(at('inclusion-proof.json'), 'is for another tree than the checkpoint');
  else if (seq !== fields.seq || checkpoint === null || !isIncluded(seq - 1, size, leafHash(entryHash), hashes, checkpoint.root))
    problem(at('inclusion-proof.json'), 'does not prove that the entry is in the tree of the checkpoint');
  for (const name of EVIDENCE) {
    const text = read(at(name));
    if (text !== null && sha256(text) !== record.value.hashes?.[name]) problem(at(name), 'was changed: its hash is not the one in the record');
  }
  for (const name of readdirSync(path.join(root, 'changes', folder))) if (!FOLDER.includes(name)) problem(at(name), 'does not belong here');
  return { number: record.value.number, row: populationRow(record.value, hash) };
}

function checkPopulation(changes) {
  const text = read('population.csv');
  if (text === null) return;
  const expected = [COLUMNS.join(','), ...changes.map(({ row }) => row)].join('\r\n') + '\r\n';
  if (text === expected) return;
  const lines = text.split('\r\n');
  const wrong = expected.split('\r\n').findIndex((line, i) => line !== lines[i]);
  problem('population.csv', 'does not name the changes that are here' + (wrong < 0 ? ': it has lines too many' : ' (line ' + (wrong + 1) + ')'));
}

function checkFolder() {
  const known = ['checkpoint.json', 'keys.json', 'verify.mjs', 'SOC2.md', 'population.csv', 'changes'];
  for (const name of readdirSync(root)) if (!known.includes(name)) problem(name, 'does not belong here');
  const soc2 = read('SOC2.md');
  if (soc2 !== null && sha256(soc2) !== '4e2ca81814502c92c34fa42d450fbec8170406c28f4cc3d3b2b45abf51a11ece') problem('SOC2.md', 'was changed');
}

const checkpoint = checkCheckpoint();
checkFolder();
const folders = existsSync(path.join(root, 'changes')) ? readdirSync(path.join(root, 'changes')).sort() : [];
const changes = [];
for (const folder of folders) {
  if (!lstatSync(path.join(root, 'changes', folder)).isDirectory()) {
    problem('changes/' + folder, 'does not belong here');
    continue;
  }
  try {
    const change = checkChange(folder, checkpoint);
    if (change !== null) changes.push(change);
  } catch (error) {
    problem('changes/' + folder, 'cannot be checked: ' + error.message);
  }
}
changes.sort((a, b) => a.number - b.number);
for (const [i, change] of changes.entries())
  if (i > 0 && change.number !== changes[i - 1].number + 1) problem('changes', 'number ' + (changes[i - 1].number + 1) + ' is missing');
checkPopulation(changes);
if (problems.length > 0) {
  for (const text of problems) console.error(text);
  console.error('NOT verified: ' + problems.length + ' problems.');
  process.exit(1);
}
console.log('Verified: ' + changes.length + ' changes, checkpoint over ' + checkpoint.tree_size + ' entries of ' + checkpoint.origin + ' at ' + checkpoint.at + ', key ' + checkpoint.key_id + (handovers === 0 ? '' : ', ' + handovers + ' hand-over' + (handovers === 1 ? '' : 's') + ' after the key that is trusted') + (keyFile === null ? ' (from this export; give --key FILE to check it against the one you trust).' : '.'));
`;

/** What an auditor reads first. Its hash is in the verifier. */
export const SOC2_TEXT = [
  '# What this export shows, by criterion',
  '',
  'Every file below is under `changes/NUMBER-ID/` unless it says otherwise. `node verify.mjs --key KEY.pem` proves offline that none was changed',
  'since it was recorded: each file is hashed in `record.json`, the record in `ledger-entry.json`, the entry in the tree of `checkpoint.json`,',
  'and the checkpoint is signed. Keep the key (`public_key` in `checkpoint.json`) from an earlier audit, or from a place the people you audit cannot write.',
  'Where the key was rotated since, `keys.json` has each hand-over, signed by the key before: the key you kept leads to the one in use.',
  '',
  '| criterion | question | files |',
  '|---|---|---|',
  '| CC6.1 logical access | Who could make the change happen, and was each of them a person with the role for it? | `decision.json` (`votes`: who, role, when; `trigger_user`), `policy.yaml` (`approvers`) |',
  '| CC6.3 roles and separation of duties | Did somebody approve their own change? | `record.json` (`findings.author_approved`, `findings.self_approved`), `decision.json`, column `author_approved` of `population.csv` |',
  '| CC7.2 monitoring | Were changes watched and checked, and does the record have gaps? | `checks.json` (name, conclusion, commit), numbers in `population.csv`, `inclusion-proof.json`, `checkpoint.json` |',
  '| CC8.1 change management | Was there a ticket before the work, an approval before the change, a test result, and is an emergency marked? | `issue.json`, `plan.json`, `pr.json`, `changes.json`, `agents.json` (agent, model and prompt versions), `decision.json`, `checks.json`, `record.json` (`findings`) |',
  '',
  '## The population',
  '',
  '`population.csv` has one row per change of the period: each landing of a change request (`landing`) and each merged pull request',
  '(`pull_request`). Numbers are given without gaps by the system. Sample from it, open the folder with that number. That nothing got onto',
  'the default branch beside these records is what `reeve ledger completeness` compares with the forge itself.',
  '',
  '## Limits',
  '',
  "An approval's time is the database's clock. The policy is the one in force when the change was recorded; `policy_hash` in `decision.json`",
  'says under which one it was decided. The text of an issue stays with the tracker: `issue.json` has its SHA-256.',
  '',
].join('\n');
