import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { axe, expectGoodPage, expectStill, inBrowser, startConsole, untilLive, type ConsoleBench } from './kit.ts';
import { beginRun, createRunsWorld, MANY, type RunsWorld } from './runs-world.ts';

inBrowser('somebody watches the runs of agents', () => {
  let world: RunsWorld;
  let bench: ConsoleBench;
  beforeAll(async () => {
    world = createRunsWorld();
    bench = await startConsole({ config: world.config });
  });
  afterAll(async () => {
    await bench.end();
    world.end();
  });

  const log = (page: Page) => page.getByRole('log', { name: 'What the agent says and does' });
  const lines = (page: Page) => page.getByRole('region', { name: 'Execution log' }).getByText(/^[\d,]+ lines$/);
  const lastLine = async (id: string) => (await bench.api.get<{ last_line: number }>(`/v1/jobs/${id}/lines`, { limit: 1 })).last_line;

  it('a list without runs says how they begin', async () => {
    const page = await bench.open('dana', 'developer', { at: '/runs' });
    await page.getByText('No run has ended yet').waitFor();
    await untilLive(page);
    await expectGoodPage(page);
  });

  it('a run is found in the list, watched as it works, and after a reload nothing is lost or doubled', async () => {
    const page = await bench.open('dana', 'developer', { at: '/runs' });
    await untilLive(page);
    const id = await beginRun(await bench.as('dana', 'developer'), 'Refuse negative quantities in the cart.');
    await page
      .getByRole('list', { name: 'Runs at work now' })
      .getByRole('link', { name: /Refuse negative quantities/ })
      .click();
    await page.waitForURL(`${bench.url}/runs/${id}*`);
    await log(page).getByText('I look at the cart.').waitFor();
    await page.getByRole('complementary', { name: 'About this run' }).getByText('0 of 2 done').waitFor();

    await log(page)
      .getByRole('button', { name: /Edit src\/cart\.js/ })
      .click();
    await log(page).getByText('n < 0 ? cart : [...cart, n]', { exact: false }).waitFor();
    await log(page)
      .getByRole('button', { name: /^Run until.*under way$/ })
      .waitFor();

    await page.reload();
    await log(page).getByText('I look at the cart.').waitFor();
    await expect.poll(async () => Number((await lines(page).innerText()).replace(/\D/g, ''))).toBe(await lastLine(id));
    await expect.poll(() => log(page).getByText('I look at the cart.').count()).toBe(1);
    await expectGoodPage(page);
  });

  it('of hundreds of rows only those that are seen are drawn; it follows the end until somebody scrolls up, and leads back', async () => {
    const page = await bench.open('dana', 'developer', { at: '/runs' });
    await page.getByRole('list', { name: 'Runs at work now' }).getByRole('link').first().click();
    await log(page).getByText('I look at the cart.').waitFor();
    world.open('one');
    await log(page)
      .getByText(`Remark ${MANY / 2 - 1}`, { exact: true })
      .waitFor();
    await page.getByRole('complementary', { name: 'About this run' }).getByText('1 of 2 done').waitFor();
    expect(await log(page).locator('[data-index]').count()).toBeLessThan(80);

    await log(page).evaluate((element) => element.scrollTo({ top: 0 }));
    await log(page).getByText('I look at the cart.').waitFor();
    const jump = page.getByRole('button', { name: /Jump to newest/ });
    await jump.waitFor();
    await jump.click();
    await log(page)
      .getByText(`Remark ${MANY / 2 - 1}`, { exact: true })
      .waitFor();
    await jump.waitFor({ state: 'detached' });
  });

  it('a server that is restarted in mid run is told, the run starts afresh under its log, and comes to its end', async () => {
    const page = await bench.open('dana', 'developer', { at: '/runs' });
    await page.getByRole('list', { name: 'Runs at work now' }).getByRole('link').first().click();
    await page.getByRole('status').filter({ hasText: 'Following' }).waitFor();
    const restarted = bench.restart();
    await page.getByRole('status').filter({ hasText: 'Line broken' }).waitFor();
    await restarted;
    await page.getByRole('status').filter({ hasText: 'Following' }).waitFor();
    world.open('two');
    await page.getByRole('main').getByText('succeeded', { exact: true }).first().waitFor({ timeout: 60_000 });
    await log(page).getByText('It handed in a change request').waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await expect.poll(async () => Number((await lines(page).innerText()).replace(/\D/g, ''))).toBe(await lastLine(id));
    await page.getByRole('complementary', { name: 'About this run' }).getByText('started again after a break', { exact: false }).waitFor();
  });

  it('what it changed, its checks and what it left are beside the log', async () => {
    const page = await bench.open('dana', 'developer', { at: '/runs?show=ended' });
    await page
      .getByRole('list', { name: 'Ended runs, newest first' })
      .getByRole('link', { name: /succeeded/ })
      .click();
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const told = await bench.api.get<{ items: Array<{ line: number; event?: { kind: string; text?: string } }> }>(`/v1/jobs/${id}/lines`, {
      limit: 2000,
    });
    // A remark in one piece, far from both ends: an agent's words may come in pieces, cut anywhere.
    const kindAt = (at: number) => told.items[at]?.event?.kind;
    const whole = told.items.findIndex(
      ({ event }, at) => at > 200 && event?.kind === 'text' && kindAt(at - 1) === 'thought' && kindAt(at + 1) === 'thought',
    );
    const { line = 0, event } = told.items[whole] ?? {};
    await page.goto(`${bench.url}/runs/${id}#line-${line}`);
    const marked = log(page).locator('[aria-current=location]');
    await marked.getByText(event?.text ?? '', { exact: true }).waitFor();
    await expect
      .poll(async () => {
        const [box, row] = [await log(page).boundingBox(), await marked.boundingBox()];
        return box !== null && row !== null && row.y > box.y && row.y + row.height < box.y + box.height;
      })
      .toBe(true);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await marked.hover();
    await marked.getByRole('button', { name: `Copy the address of line ${line}` }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${bench.url}/runs/${id}#line-${line}`);
    // As over plain HTTP from another machine: nothing to write to, so the text is chosen for the person's own keys.
    await page.evaluate(async () => {
      await navigator.clipboard.writeText('something else');
      Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true });
    });
    await marked.hover();
    await marked.getByRole('button', { name: `Copy the address of line ${line}` }).click();
    await marked.getByRole('status').filter({ hasText: 'Ctrl+C copies' }).waitFor();
    await page.getByRole('textbox', { name: `the address of line ${line}, to be copied` }).waitFor();
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press('ControlOrMeta+c');
    await expect.poll(() => page.getByRole('textbox', { name: /to be copied$/ }).count()).toBe(0);
    await page.evaluate(() => Reflect.deleteProperty(navigator, 'clipboard'));
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${bench.url}/runs/${id}#line-${line}`);
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(`Copy the address of line ${line}`);
    await page.goto(`${bench.url}/runs/${id}#line-900000`);
    await page.getByText('This log has no line 900000.').waitFor();
    await page.getByRole('tab', { name: 'Changes' }).click();
    await page.getByRole('region', { name: 'src/cart.js' }).getByText('n < 0 ? cart', { exact: false }).waitFor();
    await expectGoodPage(page);
    await page.getByRole('tab', { name: 'Checks (1)' }).click();
    await page.getByRole('button', { name: /syntax passed/ }).click();
    await page.getByText('all fine').waitFor();
    await page.getByRole('tab', { name: 'Artifacts' }).click();
    await page.getByRole('heading', { name: 'What the agent said at its end' }).waitFor();
    expect(await page.getByRole('link', { name: 'Download' }).getAttribute('href')).toMatch(/^\/v1\/jobs\/run_\w+\/log$/);
  });

  it('the list of runs does not move while it loads', async () => {
    const page = await bench.open('dana', 'developer');
    await expectStill(page, `${bench.url}/runs`, () => page.getByRole('list', { name: 'Ended runs, newest first' }).waitFor());
  });

  it('a run is stopped by who may, after a question; a viewer is not offered it; one that is not there says so', async () => {
    const dana = await bench.as('dana', 'developer');
    const id = await beginRun(dana, 'Hold on to something else.');
    const viewer = await bench.open('vic', 'viewer', { at: `/runs/${id}` });
    await viewer.getByRole('heading', { level: 1 }).waitFor();
    await viewer.getByRole('tab', { name: 'Log' }).waitFor();
    await expect.poll(() => viewer.getByRole('button', { name: 'Stop' }).count()).toBe(0);

    const page = await bench.open('dana', 'developer', { at: `/runs/${id}` });
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    await page.keyboard.press('s');
    await page.getByRole('dialog', { name: 'Stop this run?' }).getByRole('button', { name: 'Stop the run' }).click();
    await page.getByRole('main').getByText('cancelled', { exact: true }).first().waitFor();
    await viewer.getByRole('main').getByText('cancelled', { exact: true }).first().waitFor();
    expect((await dana.get<{ state: string }>(`/v1/jobs/${id}`)).state).toBe('cancelled');
    await page.goto(`${bench.url}/runs/run_01JABCDEFGHJKMNPQRSTVWXYZ0`);
    await page.getByText('There is nothing here').waitFor();
  });
});
