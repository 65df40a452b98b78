import { describe, expect, it } from 'vitest';
import { loosenedSettings, ProjectSettings, toRepositoryName } from './model.ts';

describe('repository names', () => {
  it.each([
    ['local', 'acme/shop', 'acme/shop'],
    ['github', 'acme/shop.js', 'acme/shop.js'],
    ['github', 'acme', null],
    ['local', '../etc/passwd', null],
    ['local', 'acme/../shop', null],
    ['local', 'acme/.git', null],
    ['path', '/home/ada/shop', '/home/ada/shop'],
    ['path', '/home//ada/shop/', '/home/ada/shop'],
    ['path', 'home/ada', null],
    ['path', '/home/../etc', null],
    ['path', '/home/./ada', null],
  ] as const)('%s %s is %s', (forge, name, wanted) => {
    expect(toRepositoryName(forge, name)).toBe(wanted);
  });
});

describe('settings', () => {
  const safe = ProjectSettings.parse({});
  it('has safe defaults', () => {
    expect(safe).toMatchObject({ sandbox: 'bwrap', network: 'none', selfApproval: 'never', checks: [], roles: {} });
  });
  it('names what is loosened, and nothing that was loose before or is tightened', () => {
    const loose = { ...safe, sandbox: 'none', selfApproval: 'local' } as const;
    expect(loosenedSettings(safe, loose)).toEqual(['sandbox', 'self_approval']);
    expect(loosenedSettings(loose, loose)).toEqual([]);
    expect(loosenedSettings(loose, safe)).toEqual([]);
    expect(loosenedSettings(safe, { ...safe, sandbox: 'container' })).toEqual([]);
  });
  it('takes agents for some roles only', () => {
    expect(ProjectSettings.parse({ roles: { coder: 'codex' } }).roles).toEqual({ coder: 'codex' });
    expect(ProjectSettings.safeParse({ roles: { boss: 'codex' } }).success).toBe(false);
  });
});
