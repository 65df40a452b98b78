import { changeLine } from './decide.notes.ts';
import { versionOf } from './decide.tags.ts';
import type { ReleasedChange, ReleaseNotes } from './model.ts';

/** Keep a Changelog 1.1.0: headings `## [1.4.0] - 2026-11-21`, kinds of changes below. https://keepachangelog.com/en/1.1.0/ */
const KEPT_HEADING = /^## \[[^\]\n]+\]/m;
const UNRELEASED = /^## \[?unreleased\]?.*$/im;

export interface Released {
  tag: string;
  /** UTC, `2026-11-21`. */
  date: string;
  notes: Pick<ReleaseNotes, 'sections'>;
}

/**
 * The changelog with this release in it, above the one before and below what is unreleased; everything that was there stays as it is, but for the links to
 * comparisons at its end, which get one more. Null: it has this version already, or there is nothing to tell.
 */
export function decideChangelog(before: string, released: Released): string | null {
  const version = versionOf(released.tag);
  const known = new RegExp(`^##+ \\[?(?:v)?${escaped(version)}\\]?(?![\\w.-])`, 'm');
  if (released.notes.sections.length === 0 || known.test(before)) return null;
  const isKept = KEPT_HEADING.test(before) || UNRELEASED.test(before);
  const newline = before.includes('\r\n') ? '\r\n' : '\n';
  const text = before.replaceAll('\r\n', '\n');
  const section = isKept ? keptSection(version, released) : plainSection(released);
  const at = placeOf(text);
  const [head, tail] = [text.slice(0, at).trimEnd(), text.slice(at).trimStart()];
  const whole = `${head === '' ? '# Changelog' : head}\n\n${section}\n${tail === '' ? '' : `\n${tail}`}`;
  return (isKept ? withLink(whole, version, released.tag) : whole).replaceAll('\n', newline);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Before the newest release; where none is told yet, before the links at the end, else at the end. */
function placeOf(text: string): number {
  const unreleased = UNRELEASED.exec(text);
  const from = unreleased === null ? 0 : unreleased.index + unreleased[0].length;
  const next = /^## /m.exec(text.slice(from));
  if (next !== null) return from + next.index;
  const links = /^\[[^\]\n]+\]: /m.exec(text.slice(from));
  return links === null ? text.length : from + links.index;
}

const KEPT_NAMES: Readonly<Record<string, string>> = { 'Breaking changes': 'Changed', New: 'Added', Fixed: 'Fixed' };

/** What breaks comes first, and says so, because the kinds of Keep a Changelog have no word for it. */
function keptSection(version: string, { date, notes }: Released): string {
  const kinds = new Map<string, string[]>();
  for (const { heading, changes } of notes.sections) {
    const kind = KEPT_NAMES[heading] ?? 'Changed';
    const lines = changes.map((change: ReleasedChange) => {
      const line = changeLine(change);
      return heading === 'Breaking changes' ? line.replace(/^- /, '- **Breaking:** ') : line;
    });
    kinds.set(kind, [...(kinds.get(kind) ?? []), ...lines]);
  }
  const told = [...kinds].map(([kind, lines]) => `### ${kind}\n\n${lines.join('\n')}`);
  return [`## [${version}] - ${date}`, ...told].join('\n\n');
}

function plainSection({ tag, date, notes }: Released): string {
  const told = notes.sections.map(({ heading, changes }) => `### ${heading}\n\n${changes.map(changeLine).join('\n')}`);
  return [`## ${tag} (${date})`, ...told].join('\n\n');
}

/** `[unreleased]: …/compare/v1.3.0...HEAD` goes on from this release, which gets its own. */
function withLink(text: string, version: string, tag: string): string {
  return text.replace(
    /^(\[unreleased\]: )(\S{1,300}\/compare\/)(\S{1,100}?)\.\.\.(\S{1,100})$/im,
    (_, label: string, base: string, from: string, head: string) => `${label}${base}${tag}...${head}\n[${version}]: ${base}${from}...${tag}`,
  );
}
