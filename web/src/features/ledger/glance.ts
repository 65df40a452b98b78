import type { Json } from '../../api/canonical.ts';

type Payload = { readonly [key: string]: Json };

/** Members of a payload that tell most, in the order they are read. */
const TELLING = [
  'decision',
  'kind',
  'agent',
  'role',
  'model',
  'model_version',
  'purpose',
  'as',
  'state',
  'what',
  'handle',
  'name',
  'key',
  'title',
  'code',
  'reason',
];
const MOST = 3;

/** A few words of what an entry holds, for a line of a list: `pr.merge · acme/shop#12 · executed`. */
export function glanceOf(payload: Payload): string {
  const words = TELLING.flatMap((key) => wordOf(payload[key])).slice(0, MOST);
  const target = targetOf(payload['target']);
  return [...words.slice(0, 1), ...(target === null ? [] : [target]), ...words.slice(1)].join(' · ');
}

function wordOf(value: Json | undefined): string[] {
  if (typeof value === 'string' && value !== '') return [value.length > 80 ? `${value.slice(0, 79)}…` : value];
  return typeof value === 'number' ? [String(value)] : [];
}

/** `acme/shop#12`; a branch where there is no number. */
function targetOf(value: Json | undefined): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { repo, number, branch } = value as Payload;
  if (typeof repo !== 'string') return null;
  if (typeof number === 'number') return `${repo}#${number}`;
  return typeof branch === 'string' ? `${repo} ${branch}` : repo;
}
