import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runReeve } from '../../test/kit/reeve.ts';
import { ACTION, appendEntries, appendManyRows, ISSUE, PULL, putRecord, recordId } from './evidence-world.ts';
import { expectGoodPage, expectStill, inBrowser, startConsole, untilLive, type ConsoleBench } from './kit.ts';

inBrowser('an auditor reads the ledger', () => {
  let bench: ConsoleBench;
  let seqs: number[];
  const places = mkdtempSync(path.join(tmpdir(), 'reeve-places-'));
  beforeAll(async () => {
    // One place that takes checkpoints, and one that is not there.
    const env = { REEVE_LEDGER_CHECKPOINT_FILE: path.join(places, 'checkpoints'), REEVE_LEDGER_CHECKPOINT_GIT: path.join(places, 'nothing.git') };
    bench = await startConsole({ env });
    await bench.as('ann', 'developer');
    seqs = await appendEntries(bench);
  }, 240_000);
  afterAll(async () => {
    await bench?.end();
    rmSync(places, { recursive: true, force: true });
  });

  const open = (at: string) => bench.open('vera', 'viewer', { at });
  const found = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor();
  const rows = (page: Page) => page.getByRole('list', { name: 'Entries of the ledger' }).getByRole('listitem');
  const voted = (): number => seqs[3] ?? 0;

  it('a search by kind, id, person, model and time narrows the list and stands in the address', async () => {
    const page = await open('/ledger');
    const box = page.getByLabel('Kind, id, actor, or number of an entry');
    await box.fill('voted');
    await box.press('Enter');
    await page.waitForURL(/kind=/);
    await found(page, '1 entry fits');
    await expect.poll(() => rows(page).count()).toBe(1);
    await box.fill(ACTION);
    await box.press('Enter');
    await found(page, '2 entries fit');
    await page.getByRole('button', { name: 'Show everything' }).click();
    await page.getByLabel('Person').selectOption('ann');
    await page.waitForURL(/person=ann/);
    await rows(page).filter({ hasText: 'approval.voted' }).waitFor();
    await rows(page).filter({ hasText: 'action.proposed' }).waitFor();
    await page.getByLabel('Person').selectOption('');
    await page.getByLabel('Model, or model@version').fill('fable@2026-11');
    await page.getByLabel('Model, or model@version').press('Enter');
    await found(page, '1 entry fits');
    await page.getByLabel('From (UTC)').fill('2100-01-01');
    await page.getByText('No entry fits').waitFor();
    await page.reload();
    await page.getByText('No entry fits').waitFor();
    await expect.poll(() => page.getByLabel('Model, or model@version').inputValue()).toBe('fable@2026-11');
  });

  it('a number leads to the entry, and keys through the list and from entry to entry', async () => {
    const page = await open('/ledger');
    await page.getByLabel('Kind, id, actor, or number of an entry').fill(String(voted()));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: `Entry ${voted()}` }).waitFor();
    await page.goto(`${bench.url}/ledger`);
    await rows(page).first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[data-row]')?.getAttribute('data-row'))).toBe('1');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/ledger\/\d+$/);
    const at = Number(page.url().split('/').at(-1));
    await page.getByRole('heading', { level: 1, name: `Entry ${at}` }).waitFor();
    await page.keyboard.press('j');
    await page.waitForURL(`**/ledger/${at - 1}`);
    await page.goto(`${bench.url}/ledger/nothing`);
    await page.getByText('There is nothing here').waitFor();
  });

  it('an entry is verified in the browser, shows what is hidden in it, and the ledger is remembered', async () => {
    const page = await open(`/ledger/${voted()}`);
    await page.getByText('Verified in this browser').waitFor();
    for (const says of ['The hash of the entry is the hash of what is shown here.', 'The root was signed with the key'])
      await page.getByText(says).waitFor();
    await page.getByText('U+202E').waitFor();
    await page.getByRole('link', { name: ISSUE }).waitFor();
    await page.goto(`${bench.url}/ledger/${seqs[0]}`);
    await page.getByText('Verified in this browser').waitFor();
    await page.getByText(/The ledger still begins with the \d+ entries this browser saw/).waitFor();
    await expectGoodPage(page);
  });

  it('an entry that was changed in the database is shown as changed, by the browser and by the server', async () => {
    const seq = seqs[1] ?? 0;
    const page = await open(`/ledger/${voted()}`);
    await page.getByText('Verified in this browser').waitFor();
    const change = async (model: string) => {
      await bench.sql('alter table ledger_entries disable trigger user');
      await bench.sql(`update ledger_entries set payload = jsonb_set(payload, '{model}', to_jsonb($1::text)) where seq = $2`, [model, seq]);
      await bench.sql('alter table ledger_entries enable always trigger ledger_entries_append_only');
    };
    await change('other');
    await page.goto(`${bench.url}/ledger/${seq}`);
    await page.getByText('Verification failed').waitFor();
    await page.getByText('The entry was changed: its hash does not match its contents.').waitFor();
    await page.goto(`${bench.url}/ledger?tab=integrity`);
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByText('not verified').first().waitFor();
    await page.getByRole('link', { name: `First bad entry: ${seq}` }).waitFor();
    await change('fable');
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByText('verified', { exact: true }).first().waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Verify now');
    const kept = page.getByRole('region', { name: 'Places that keep checkpoints' }).getByRole('row');
    const taking = kept.filter({ hasText: path.join(places, 'checkpoints') });
    await taking.getByText('up to date').waitFor();
    await taking.getByText(/^(\d+) of \1$/).waitFor();
    await kept.filter({ hasText: 'nothing.git' }).getByText('failing').waitFor();
    await kept
      .filter({ hasText: 'nothing.git' })
      .getByText(/\d+ (try|tries)\)/)
      .waitFor();
    await expectGoodPage(page);
  });

  it('the export verifies on a machine without the server, and a changed line does not', async () => {
    const page = await open('/ledger');
    await untilLive(page);
    await page.getByRole('button', { name: 'Export' }).click();
    const downloads: Array<Promise<void>> = [];
    page.on('download', (download) => downloads.push(download.saveAs(path.join(bench.folder, download.suggestedFilename()))));
    await page.getByRole('button', { name: 'Download both' }).click();
    await expect.poll(() => downloads.length, { timeout: 20_000 }).toBe(2);
    await Promise.all(downloads);
    const verify = () => runReeve(['ledger', 'verify', '--entries', 'ledger.jsonl', '--checkpoint', 'checkpoint.json'], { cwd: bench.folder });
    expect((await verify()).code).toBe(0);
    const file = path.join(bench.folder, 'ledger.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"decision":"approve"', '"decision":"decline"'));
    expect((await verify()).code).toBe(1);
  });

  it('the list passes axe in both themes, wide and narrow', async () => {
    const page = await open('/ledger');
    await rows(page).first().waitFor();
    await untilLive(page);
    await expectGoodPage(page);
  });

  describe('of changes', () => {
    beforeAll(async () => {
      await putRecord(bench, { number: 1, title: 'Keep the cart over a reload', by: 'person:mia', checks: true, model: 'fable' });
      await putRecord(bench, { number: 2, title: 'Round prices to whole cents', by: 'person:dora', checks: true, model: 'fable' });
      await putRecord(bench, { number: 3, title: 'Say what shipping costs', by: 'person:mia', checks: false, model: 'other' });
    });
    const changes = (page: Page) => page.getByRole('table').getByRole('row');

    it('the dashboard counts what is complete and what stands out, and each figure narrows the list', async () => {
      const page = await open('/compliance');
      await page.getByRole('button', { name: /With exceptions\s*1/ }).click();
      await page.waitForURL(/outcome=exceptions/);
      await changes(page).filter({ hasText: 'Round prices' }).getByText('Author approved').waitFor();
      await expect.poll(() => changes(page).count()).toBe(2);
      await page.getByRole('button', { name: /^No checks/ }).click();
      await changes(page).filter({ hasText: 'Say what shipping costs' }).waitFor();
      await page.getByLabel('Model, or model@version').fill('fable');
      await page.getByLabel('Model, or model@version').press('Enter');
      await page.getByText('No record fits').waitFor();
      await page.goto(`${bench.url}/compliance?person=mia&pull=${PULL}`);
      await changes(page).filter({ hasText: 'Keep the cart' }).waitFor();
      await expect.poll(() => changes(page).count()).toBe(3);
      await expectGoodPage(page);
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Keep the cart over a reload');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'Keep the cart over a reload' }).waitFor();
    });

    it('the dashboard does not move while it loads', async () => {
      const page = await open('/compliance');
      await expectStill(page, `${bench.url}/compliance`, () => page.getByRole('link', { name: 'Keep the cart' }).filter({ visible: true }).waitFor());
    });

    it('one pull request shows who asked, who approved, the checks, and the entry that vouches for it', async () => {
      const page = await open(`/compliance/${recordId(2)}`);
      await page.getByRole('heading', { level: 1, name: 'Round prices to whole cents' }).waitFor();
      await page.getByText('Somebody who wrote or asked for the change is among those who approved it.').waitFor();
      await page.getByText('It is what was asked for.').waitFor();
      await page.getByText('Yes: this browser computed the hash of what is shown here').waitFor();
      await expectGoodPage(page);
      await page.getByRole('link', { name: /^Entry \d+, with its proof/ }).click();
      await page.getByText('Verified in this browser').waitFor();
      await bench.sql('alter table compliance_records disable trigger user');
      await bench.sql("update compliance_records set record = jsonb_set(record, '{repository}', '\"acme/other\"') where id = $1", [recordId(3)]);
      await bench.sql('alter table compliance_records enable trigger user');
      await page.goto(`${bench.url}/compliance/${recordId(3)}`);
      await page.getByText('No: the hash is not the one of this record. It was changed.').waitFor();
    });

    it('the rules that always hold are checked on request, and an export takes the role for it', async () => {
      const page = await open('/compliance');
      await page.getByRole('button', { name: 'Check now' }).click();
      await page.getByText('the sequence has no gap').waitFor();
      await page.getByRole('button', { name: 'Export for an audit' }).click();
      await page.getByText('Exporting takes the role maintainer').waitFor();
    });
  });

  it('a hundred thousand entries are scrolled with a page that stays small, and any of them is a link', async () => {
    await appendManyRows(bench, 100_000);
    const page = await open('/ledger');
    await rows(page).first().waitFor();
    await found(page, 'More than 10,000 entries fit');
    // Each turn of the wheel comes nearer to the end of what is there, and more of it comes.
    const deep = async (): Promise<number> => {
      await page.mouse.wheel(0, 4000);
      return page.evaluate(() => scrollY);
    };
    await expect.poll(deep, { timeout: 20_000 }).toBeGreaterThan(8000);
    expect(await rows(page).count()).toBeLessThan(90);
    await page.goto(`${bench.url}/ledger?start=50000`);
    await rows(page).first().getByText('50000').waitFor();
    await page.getByRole('button', { name: 'Show newer entries' }).click();
    await rows(page).first().getByText('50100').waitFor();
    expect(await rows(page).count()).toBeLessThan(90);
  });
});
