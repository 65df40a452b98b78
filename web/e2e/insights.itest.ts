import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { FIGURES, putFigureNow, putFigures } from './evidence-world.ts';
import { expectGoodPage, inBrowser, startConsole, untilLive, type ConsoleBench } from './kit.ts';

inBrowser('a manager reads the metrics', () => {
  let bench: ConsoleBench;
  let counted: number;
  beforeAll(async () => {
    bench = await startConsole();
    ({ counted } = await putFigures(bench));
  }, 240_000);
  afterAll(() => bench?.end());

  const open = (at: string) => bench.open('maya', 'manager', { at });
  const card = (page: Page, title: string) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

  it('every metric says its value and how many it is of, and where nothing was measured says why', async () => {
    const page = await open(`/insights?project=${FIGURES}`);
    await card(page, 'Time to pull request').getByText(`median of ${counted} pull requests, 1 left out`).waitFor();
    const review = card(page, 'Time to review');
    await review.getByText('–', { exact: false }).first().waitFor();
    await review.getByText('No person decided about a pull request of an agent in this window after a look that was seen.').waitFor();
    await expectGoodPage(page);
    await page.getByRole('link', { name: 'Time to pull request' }).click();
    await page.waitForURL(new RegExp(`/insights/time_to_pr\\?project=${FIGURES}`));
  });

  it('one metric is drawn over time with its gaps', async () => {
    const page = await open(`/insights/time_to_pr?project=${FIGURES}`);
    await page.getByText('nothing measured').waitFor();
    await expectGoodPage(page);
  });

  it('the same figures are a table, with a sentence for each gap', async () => {
    const page = await open(`/insights/time_to_pr?project=${FIGURES}`);
    await page.getByRole('button', { name: 'Show as a table' }).click();
    await page.waitForURL(/show=table/);
    const table = page.getByRole('region', { name: 'The same figures as a table' }).getByRole('table');
    await expect.poll(() => table.getByRole('row').count()).toBe(31);
    const rows = await table.getByRole('row').allTextContents();
    expect(rows.filter((row) => row.includes('No pull request of an agent was opened in this window.'))).toHaveLength(24);
    expect(rows.filter((row) => row.includes('Not over yet.'))).toHaveLength(1);
    await expectGoodPage(page);
    await page.getByRole('button', { name: 'Show as a chart' }).click();
    await page.getByText('nothing measured').waitFor();
  });

  it('points of the chart are reached by keys, and say the figure or why there is none', async () => {
    const page = await open(`/insights/time_to_pr?project=${FIGURES}&days=7`);
    const chart = page.getByRole('application');
    await chart.focus();
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowRight');
    await page
      .locator('figure')
      .getByText('Samples')
      .or(page.locator('figure').getByText('No pull request of an agent was opened'))
      .first()
      .waitFor();
  });

  it('weeks and splits stand in the address and change the points', async () => {
    const page = await open(`/insights/time_to_pr?project=${FIGURES}&show=table`);
    await page.getByLabel('Points').selectOption('week');
    await page.waitForURL(/bucket=week/);
    await page.getByText('week by week').waitFor();
    await page.getByLabel('Split by').selectOption('repository');
    await page.waitForURL(/by=repository/);
    await page.getByRole('columnheader', { name: 'acme/figures' }).waitFor();
  });

  it('the evidence names what was counted and what was left out, each with a link', async () => {
    const page = await open(`/insights/time_to_pr?project=${FIGURES}`);
    await page
      .getByRole('link', { name: /Pull request of the figures/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Left out' }).click();
    await page.waitForURL(/samples=left_out/);
    const rows = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: /Pull request of the figures/ }) });
    await rows.filter({ hasText: 'no event says when the ready label was put on' }).waitFor();
    await expect.poll(() => rows.count()).toBe(1);
  });

  it('a metric without a sample is a dash with its reason on its own page as well', async () => {
    const page = await open(`/insights/review_minutes?project=${FIGURES}`);
    await page.getByText('No person decided about a pull request of an agent in this window after a look that was seen.').first().waitFor();
    const figures = page.getByRole('region', { name: 'Figures', exact: true });
    await expect.poll(() => figures.textContent()).toContain('Value–');
    await expect.poll(() => figures.textContent()).toContain('Counted0');
    await expectGoodPage(page);
  });

  it('a figure follows what happens, long before its minute is over', async () => {
    const page = await open(`/insights?project=${FIGURES}`);
    await untilLive(page);
    await card(page, 'Time to pull request').getByText(`median of ${counted} pull requests`, { exact: false }).waitFor();
    const project = await bench.api.post<{ id: string }>('/v1/projects', { key: 'live', name: 'Live' });
    await bench.api.post('/v1/local/repositories', { project_id: project.id, name: 'acme/live' });
    await putFigureNow(bench, 60);
    await bench.api.post('/v1/local/issues', { repository: 'acme/live', title: 'Something happens' });
    await card(page, 'Time to pull request')
      .getByText(`median of ${counted + 1} pull requests`, { exact: false })
      .waitFor();
  });
});
