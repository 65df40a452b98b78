import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CRASHPOINTS } from '#platform/workflow/index.ts';
import { driftOf, writeAll } from './generate.ts';
import { renderAll } from './generate.documents.ts';
import { findEvents } from './generate.events.ts';

const root = path.resolve(import.meta.dirname, '..');
const documents = await renderAll(root);
const text = (name: string): string => documents.get(`docs/reference/${name}`) ?? '';

describe('the generated reference', () => {
  it('is the same each time, and needs no database', async () => {
    expect([...(await renderAll(root))]).toEqual([...documents]);
  });

  it('describes the operations that outside programs rely on', () => {
    const { openapi, paths } = JSON.parse(text('openapi.json')) as {
      openapi: string;
      paths: Record<string, Record<string, { 'x-reeve-access': string }>>;
    };
    expect(openapi).toBe('3.1.0');
    for (const at of [
      '/health',
      '/openapi.json',
      '/orchestrate/{issue_id}',
      '/start-job',
      '/v1/actions/propose',
      '/v1/approvals/{id}/decision',
      '/v1/change-requests',
      '/v1/ledger/checkpoint',
      '/v1/stream',
    ]) {
      expect(Object.keys(paths)).toContain(at);
    }
    expect(paths['/v1/approvals/{id}/decision']?.['post']?.['x-reeve-access']).toBe('person');
  });

  it('has one row of roles for each operation of the API', () => {
    const { paths } = JSON.parse(text('openapi.json')) as { paths: Record<string, object> };
    const operations = Object.entries(paths).flatMap(([at, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${at.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    const rows = [...text('roles.md').matchAll(/^\| ([A-Z]+) \| `([^`]+)`/gm)].map((match) => `${match[1]} ${match[2]}`);
    expect(rows.toSorted()).toEqual(operations.toSorted());
  });

  it('names every command with its arguments, options and defaults', () => {
    expect(text('cli.md')).toContain('`reeve run <request> [options]`');
    expect(text('cli.md')).toContain('- `--repo <path>` a git repository on this machine (needed)');
    expect(text('cli.md')).toContain('- `--role <role>` all, api or worker (default: `all`)');
    expect(text('cli.md')).toContain('Without a word after it: `list`.');
    expect(text('cli.md')).not.toContain('--debug` show');
  });

  it('has every setting, those that change at run time too', () => {
    expect(text('config.md')).toContain('`REEVE_DATABASE_URL`');
    expect(text('config.md')).toContain('| `runs.max_attempts` | integer, 1 to 10 | `3` |');
  });

  it('pins the persisted names of workflows, steps and fault points', () => {
    const steps = text('workflow-steps.md');
    for (const name of [
      'delivery.story',
      'delivery.task',
      'agents.run',
      'agents.run.execute',
      'delivery.triage',
      'delivery.executeAction',
      'intake.purge',
      ...CRASHPOINTS,
    ]) {
      expect(steps).toContain(`\`${name}\``);
    }
  });

  it('publishes the two schemas as JSON Schema', () => {
    for (const name of ['plan.v1', 'change-request.v1']) {
      expect(JSON.parse(text(`schemas/${name}.json`))).toMatchObject({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        additionalProperties: false,
      });
    }
  });
});

describe('names of events', () => {
  const rows = new Map(findEvents(root, { work_item: ['new'] }).map((event) => [event.name, event]));

  it('come from constants, from literals in recording calls, and from templates', () => {
    expect(rows.get('action.executed')).toMatchObject({ module: 'actions', ledger: true, stream: true });
    expect(rows.get('project.created')).toMatchObject({ module: 'projects', ledger: true, stream: true });
    expect(rows.get('work_item.new')).toMatchObject({ module: 'work', ledger: true, stream: true });
  });

  it('say whether the name is in the ledger, in the stream, or in both', () => {
    expect(rows.get('event.received')).toMatchObject({ ledger: false, stream: true });
    expect(rows.get('token.created')).toMatchObject({ ledger: true, stream: false });
  });

  it('are not action kinds, which only occur inside payloads', () => {
    for (const kind of ['plan.approve', 'pr.merge', 'agent.dispatch']) expect(rows.has(kind)).toBe(false);
  });
});

describe('drift', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'reeve-generate-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const wanted = new Map([
    ['docs/reference/a.md', 'a\n'],
    ['docs/reference/schemas/b.json', '{}\n'],
  ]);

  it('is none after writing', () => {
    expect(writeAll(folder, wanted)).toEqual(['docs/reference/a.md', 'docs/reference/schemas/b.json']);
    expect(driftOf(folder, wanted)).toEqual([]);
  });

  it('names files that are missing, that differ, and that nothing generates', () => {
    mkdirSync(path.join(folder, 'docs/reference'), { recursive: true });
    writeFileSync(path.join(folder, 'docs/reference/a.md'), 'edited by hand\n');
    writeFileSync(path.join(folder, 'docs/reference/old.md'), 'nobody generates me\n');
    expect(driftOf(folder, wanted)).toEqual(['docs/reference/a.md', 'docs/reference/old.md', 'docs/reference/schemas/b.json']);
    writeAll(folder, wanted);
    expect(readFileSync(path.join(folder, 'docs/reference/a.md'), 'utf8')).toBe('a\n');
    expect(existsSync(path.join(folder, 'docs/reference/old.md'))).toBe(false);
  });
});
