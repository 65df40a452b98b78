import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Cruise {
  summary: { totalCruised: number; violations: Array<{ rule: { name: string }; from: string; to: string }> };
}

const root = path.resolve(import.meta.dirname, '..');

function cruise(cwd: string): Cruise {
  const folders = ['src', 'test', 'tools', 'bench', 'web/src', 'web/e2e'].filter((folder) => existsSync(path.join(cwd, folder)));
  const args = [
    path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
    ...folders,
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
  ];
  try {
    return JSON.parse(execFileSync(process.execPath, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1e9 })) as Cruise;
  } catch (error) {
    return JSON.parse((error as { stdout: string }).stdout) as Cruise;
  }
}

/** One planted violation per rule: [rule, file, text, further files …]. */
const PLANTED: Array<[string, ...string[]]> = [
  [
    'no-cycles',
    'src/kernel/zz-a.ts',
    "import { b } from './zz-b.ts';\nexport const a = (): unknown => b;",
    'src/kernel/zz-b.ts',
    "import { a } from './zz-a.ts';\nexport const b = (): unknown => a;",
  ],
  ['no-unresolvable', 'src/kernel/zz-x.ts', "import { z } from './gone.ts';\nexport const x = z;"],
  ['app-is-the-root', 'src/modules/ledger/zz-x.ts', "import * as app from '#app/index.ts';\nexport const x = app;"],
  ['demo-is-a-stranger', 'src/cli/zz-x.ts', "import { SHOP_FILES } from '#demo/shop.ts';\nexport const x = SHOP_FILES;"],
  ['src-never-imports-test-kit', 'src/kernel/zz-x.ts', "import * as kit from '../../test/kit/database.ts';\nexport const x = kit;"],
  ['kernel-imports-nothing', 'src/kernel/zz-x.ts', "import type { Db } from '#platform/db/index.ts';\nexport type X = Db;"],
  ['kernel-needs-only-zod', 'src/kernel/zz-x.ts', "import { parse } from 'yaml';\nexport const x = parse;"],
  ['ports-see-kernel', 'src/ports/zz-x.ts', "import type { Db } from '#platform/db/index.ts';\nexport type X = Db;"],
  ['platform-sees-kernel', 'src/platform/zz-x.ts', "import type { Git } from '#ports/git.ts';\nexport type X = Git;"],
  ['connectors-see-ports', 'src/connectors/acp/zz-x.ts', "import * as git from '#connectors/git/index.ts';\nexport const x = git;"],
  ['connectors-see-ports', 'src/connectors/acp/zz-x.ts', "import * as ledger from '#modules/ledger/index.ts';\nexport const x = ledger;"],
  ['connectors-see-ports', 'src/connectors/acp/zz-x.ts', "import type { Db } from '#platform/db/index.ts';\nexport type X = Db;"],
  [
    'local-store-alone-has-tables',
    'src/connectors/local/store.zz.ts',
    "import * as ledger from '#modules/ledger/index.ts';\nexport const x = ledger;",
  ],
  ['cli-is-an-api-client', 'src/cli/zz-x.ts', "import * as ledger from '#modules/ledger/index.ts';\nexport const x = ledger;"],
  ['demo-stands-alone', 'src/demo/zz-x.ts', "import * as ledger from '#modules/ledger/index.ts';\nexport const x = ledger;"],
  ['modules-see-ports-and-platform', 'src/modules/work/zz-x.ts', "import * as git from '#connectors/git/index.ts';\nexport const x = git;"],
  ['one-executor', 'src/modules/delivery/zz-x.ts', "import type { ForgeWrite } from '#ports/forge-write.ts';\nexport type X = ForgeWrite;"],
  ['one-executor', 'src/app/zz-x.ts', "import type { TrackerWrite } from '#ports/tracker-write.ts';\nexport type X = TrackerWrite;"],
  ['modules-meet-at-index', 'src/modules/work/zz-x.ts', "import * as store from '#modules/ledger/store.ts';\nexport const x = store;"],
  ['app-enters-modules-at-index', 'src/app/zz-x.ts', "import * as store from '#modules/ledger/store.ts';\nexport const x = store;"],
  ['app-enters-connectors-at-index', 'src/app/zz-x.ts', "import * as map from '#connectors/git/map.ts';\nexport const x = map;"],
  ['decisions-are-pure', 'src/modules/ledger/decide.zz.ts', "import * as store from './store.ts';\nexport const x = store;"],
  ['decisions-see-platform-by-type', 'src/modules/ledger/decide.zz.ts', "import { sql } from '#platform/db/index.ts';\nexport const x = sql;"],
  ['decisions-touch-no-node', 'src/modules/ledger/decide.zz.ts', "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;"],
  [
    'decisions-see-other-modules-by-type',
    'src/modules/ledger/decide.zz.ts',
    "import * as work from '#modules/work/index.ts';\nexport const x = work;",
  ],
  [
    'workflows-see-steps-by-type',
    'src/modules/delivery/workflow.zz.ts',
    "import { createDeliverySteps } from './steps.ts';\nexport const x = createDeliverySteps;",
  ],
  [
    'workflows-see-only-the-engine',
    'src/modules/delivery/workflow.zz.ts',
    "import type { Log } from '#platform/log/index.ts';\nexport type X = Log;",
  ],
  [
    'routes-never-reach-the-store',
    'src/modules/delivery/routes.zz.ts',
    "import { createDeliveryStore } from './store.ts';\nexport const x = createDeliveryStore;",
  ],
  ['only-the-store-speaks-sql', 'src/modules/delivery/queries.zz.ts', "import { sql } from '#platform/db/index.ts';\nexport const x = sql;"],
  ['only-workflow-knows-the-engine', 'src/modules/delivery/steps.zz.ts', "import { DBOS } from '@dbos-inc/dbos-sdk';\nexport const x = DBOS;"],
  ['map-is-pure', 'src/connectors/git/map.zz.ts', "import * as client from './client.ts';\nexport const x = client;"],
  ['web-and-src-are-strangers', 'web/src/zz-x.ts', "import type { Clock } from '../../src/kernel/clock.ts';\nexport type X = Clock;"],
  [
    'src-and-web-are-strangers',
    'src/kernel/zz-x.ts',
    "import type { Y } from '../../web/src/zz-y.ts';\nexport type X = Y;",
    'web/src/zz-y.ts',
    'export type Y = 1;',
  ],
  ['features-are-strangers', 'web/src/features/work/zz-x.ts', "import * as runs from '../runs/routes.tsx';\nexport const x = runs;"],
  ['design-system-knows-no-feature', 'web/src/ui/zz-x.ts', "import * as runs from '../features/runs/routes.tsx';\nexport const x = runs;"],
  ['no-dev-dependencies-at-runtime', 'src/platform/zz-x.ts', "import { vi } from 'vitest';\nexport const x = vi;"],
];

describe('who may import what', () => {
  const copy = mkdtempSync(path.join(tmpdir(), 'reeve-architecture-'));
  let base: Cruise;

  beforeAll(() => {
    for (const part of ['src', 'test', 'tools', 'bench', 'web/src', 'package.json', 'tsconfig.json', '.dependency-cruiser.cjs'])
      cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
    symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
    base = cruise(root);
    // Some two thousand files are parsed, on a machine that does other things as well.
  }, 240_000);

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it('is kept by every file, and every file was really read', () => {
    // A parser that reads nothing reports no violation: beside TypeScript 7 that is what happens without swc.
    expect(base.summary.totalCruised).toBeGreaterThan(300);
    expect(base.summary.violations.map((violation) => `${violation.rule.name}: ${violation.from} -> ${violation.to}`)).toEqual([]);
  });

  it('is noticed for every rule when one violation of each is planted', () => {
    // Each in files of its own, so that one cruise proves all rules.
    const planted = PLANTED.map(([rule, ...parts], index) => ({ rule, parts: parts.map((part) => part.replaceAll('zz', `zz${index}`)) }));
    for (const { parts } of planted) {
      for (let index = 0; index < parts.length; index += 2) {
        const file = path.join(copy, parts[index] ?? '');
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, `${parts[index + 1] ?? ''}\n`);
      }
    }
    const { violations } = cruise(copy).summary;
    const unnoticed = planted.filter(
      ({ rule, parts }) => !violations.some((violation) => violation.rule.name === rule && violation.from === parts[0]),
    );
    expect(unnoticed.map(({ rule, parts }) => `${rule} did not notice ${parts[0] ?? ''}`)).toEqual([]);
  });

  it('has a planted violation for every rule there is', async () => {
    const config = (await import(path.join(root, '.dependency-cruiser.cjs'))) as { default: { forbidden: Array<{ name: string }> } };
    expect(config.default.forbidden.map((rule) => rule.name).filter((name) => !PLANTED.some(([rule]) => rule === name))).toEqual([]);
  });
});
