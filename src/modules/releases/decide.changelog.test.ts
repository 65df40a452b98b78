import { describe, expect, it } from 'vitest';
import { decideChangelog } from './decide.changelog.ts';
import { decideNotes } from './decide.notes.ts';
import type { ReleasedChange } from './model.ts';

const change = (title: string, type: ReleasedChange['type'], pullNumber: number): ReleasedChange => ({
  title,
  type,
  labels: [],
  body: '',
  issueNumber: null,
  pullNumber,
  pullUrl: `https://forge.example/acme/shop/pull/${pullNumber}`,
  askedBy: null,
  author: null,
  agents: [],
  approvedBy: [],
  mergedAt: `2026-11-2${pullNumber}T10:00:00.000Z`,
});
const notes = decideNotes([change('express shipping', 'feature', 1), change('totals', 'bug', 2), change('feat!: cents', 'feature', 3)], {
  name: null,
  from: null,
  to: '2026-11-30T00:00:00Z',
});
const released = { tag: 'v1.4.0', date: '2026-11-30', notes };

const KEPT = `# Changelog

All notable changes.

## [Unreleased]

- Something that people wrote down.

## [1.3.0] - 2026-10-01

### Fixed

- Tax.

[unreleased]: https://forge.example/acme/shop/compare/v1.3.0...HEAD
[1.3.0]: https://forge.example/acme/shop/compare/v1.2.0...v1.3.0
`;

describe('a changelog', () => {
  it('that is kept gets its section in its words, breaking changes first, and everything else stays', () => {
    const after = decideChangelog(KEPT, released) ?? '';
    expect(after.split('\n').filter((line) => line.startsWith('#'))).toEqual([
      '# Changelog',
      '## [Unreleased]',
      '## [1.4.0] - 2026-11-30',
      '### Changed',
      '### Added',
      '### Fixed',
      '## [1.3.0] - 2026-10-01',
      '### Fixed',
    ]);
    expect(after).toContain('- **Breaking:** Cents ([#3]');
    expect(after).toContain(
      '\n[unreleased]: https://forge.example/acme/shop/compare/v1.4.0...HEAD\n[1.4.0]: https://forge.example/acme/shop/compare/v1.3.0...v1.4.0\n[1.3.0]:',
    );
    const added = new Set(after.split('\n'));
    expect(KEPT.split('\n').filter((line) => !added.has(line))).toEqual(['[unreleased]: https://forge.example/acme/shop/compare/v1.3.0...HEAD']);
  });

  it('of another shape gets a section above the newest', () => {
    const after = decideChangelog('# History\r\n\r\n## v1.3.0 (2026-10-01)\r\n\r\n- Tax.\r\n', released) ?? '';
    expect(after.split('\r\n').filter((line) => line.startsWith('#'))).toEqual([
      '# History',
      '## v1.4.0 (2026-11-30)',
      '### Breaking changes',
      '### New',
      '### Fixed',
      '## v1.3.0 (2026-10-01)',
    ]);
    expect(after).not.toMatch(/[^\r]\n/);
  });

  it('that is still empty begins', () => {
    expect(decideChangelog('', released)).toMatch(/^# Changelog\n\n## v1\.4\.0 \(2026-11-30\)\n/);
    expect(decideChangelog('# Changelog\n\n## [Unreleased]\n', released)).toMatch(
      /^# Changelog\n\n## \[Unreleased\]\n\n## \[1\.4\.0\] - 2026-11-30\n/,
    );
  });

  it.each(['## [1.4.0] - 2026-11-29', '## v1.4.0', '### 1.4.0 (today)'])('that has the version already (%s) stays as it is', (heading) => {
    expect(decideChangelog(`# Changelog\n\n${heading}\n\n- By hand.\n`, released)).toBeNull();
  });

  it('does not take another version for this one', () => {
    expect(decideChangelog('# Changelog\n\n## [1.4.0-rc.1]\n\n## 11.4.0\n', released)).not.toBeNull();
  });

  it('is left alone where nothing was merged', () => {
    expect(decideChangelog(KEPT, { ...released, notes: { sections: [] } })).toBeNull();
  });
});
