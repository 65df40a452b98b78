import { describe, expect, test } from 'vitest';
import type { ProjectId, WorkItemId } from '#kernel/ids.ts';
import type { WorkItem } from '#modules/work/index.ts';
import { decideByRules } from './decide.rules.ts';
import { renderTriageComment } from './decide.render.ts';
import type { TriageFacts } from './model.ts';

const AT = new Date('2026-03-01T10:00:00Z');
const FACTS: TriageFacts = { protectedPaths: ['.github/**', '**/package-lock.json'], repoFiles: [] };

function item(title: string, body = '', change: Partial<WorkItem> = {}): WorkItem {
  return {
    id: 'iss_00000000000000000000000001' as WorkItemId,
    projectId: 'proj_0' as ProjectId,
    repositoryId: null,
    source: 'local',
    externalId: '1',
    number: 1,
    title,
    body,
    url: null,
    type: null,
    state: 'new',
    stateReason: null,
    priority: 'P2',
    size: null,
    labels: [],
    assignee: null,
    requestedBy: null,
    author: null,
    duplicateOf: null,
    parentId: null,
    targetBranch: null,
    externalUpdatedAt: null,
    createdAt: AT,
    updatedAt: AT,
    ...change,
  } as WorkItem;
}

const triage = (title: string, body = '', change: Partial<WorkItem> = {}) => decideByRules(item(title, body, change), [], FACTS);

describe('type', () => {
  test.each([
    ['Cart total is wrong when quantity is zero', 'Expected 0, got NaN.', 'bug'],
    ['Login fails with capital letters', 'Anna@example.org is refused.', 'bug'],
    [
      'TypeError in src/search.js when the query is empty',
      '```\nTypeError: Cannot read properties of undefined\n    at search (src/search.js:12)\n```',
      'bug',
    ],
    ['Free shipping is not applied above 100 euro', '', 'bug'],
    ['Discount can make the total negative', 'A voucher of 20 on a cart of 10 gives -10. It must never go below 0.', 'bug'],
    ['fix: rounding of prices', '', 'bug'],
    ['Add a wishlist', 'As a customer I want to keep products on a list.', 'feature'],
    ['Support gift cards at checkout', 'Customers should be able to pay with a gift card.', 'feature'],
    ['Show stock level on the product page', 'It should say "in stock" next to the price.', 'feature'],
    ['Export orders as CSV', 'A button on the orders page should download all orders.', 'feature'],
    ['Extract the price calculation from cart.js', 'It is used in three places. No behaviour change.', 'refactor'],
    ['Rename calc to calculateShipping', '', 'refactor'],
    ['Clean up duplicated code in src/format.js', 'formatPrice and formatTotal do the same.', 'refactor'],
    ['Document the environment variables in the README', '', 'docs'],
    ['Typo in README: "recieve"', '', 'docs'],
    ['README is missing an installation section', 'It should say how to install and start the shop.', 'docs'],
    ['Bump eslint to 9', 'The old one is no longer maintained.', 'chore'],
    ['Upgrade to Node 24', '', 'chore'],
    ['How do I run the tests on Windows?', 'I could not find anything about it.', 'question'],
    ['Is it possible to use MySQL?', '', 'question'],
  ] as const)('%s is recognised', (title, body, type) => {
    expect(triage(title, body).type).toBe(type);
  });

  test('a label that people put beats the wording', () => {
    const result = triage('Add retry to the payment client, it fails', 'It crashes.', { labels: ['type: feature'] });
    expect(result.type).toBe('feature');
    expect(result.evidence[0]).toBe('feature +6: label says "type: feature"');
  });

  test('more evidence for one type gives more confidence', () => {
    const strong = triage('Cart crashes on empty input', '## Steps to reproduce\n1. Open the cart\n\n```\nTypeError: x is undefined\n```');
    expect(strong.confidence).toBeGreaterThan(triage('The cart, once more', 'See above.').confidence);
    expect(strong.confidence).toBeGreaterThan(0.7);
  });
});

describe('size', () => {
  test.each([
    ['Typo in README: "recieve"', '', 'XS'],
    ['Cart total ignores quantity', 'In `src/cart.js`, two shirts are charged once.', 'S'],
    ['Add an orders report', '- [ ] table per month\n- [ ] download\n- [ ] filter by customer', 'M'],
    ['Rewrite the storefront', 'The whole application should use the new design system.', 'L'],
    [
      'Redesign every page for offline mode',
      `${'Long text about it. '.repeat(80)}\n- [ ] cart\n- [ ] search\n- [ ] orders\n- [ ] account\n- [ ] checkout`,
      'XL',
    ],
  ] as const)('%s', (title, body, size) => {
    expect(triage(title, body).size).toBe(size);
  });

  test('steps to reproduce are not pieces of work', () => {
    const steps = '## Steps to reproduce\n1. a\n2. b\n3. c\n4. d\n5. e\n6. f\n7. g';
    expect(triage('Cart total is wrong', steps).size).toBe('S');
  });
});

describe('priority', () => {
  test.each([
    ['Checkout is down', 'Nobody can order since the deploy.', [], 'P0'],
    ['Customers are charged twice', '', [], 'P1'],
    ['Sort products by name', '', [], 'P2'],
    ['Footer is 1px off', 'Cosmetic, no hurry.', [], 'P3'],
    ['Footer is 1px off', 'Cosmetic.', ['priority: critical'], 'P0'],
  ] as const)('%s %s', (title, body, labels, priority) => {
    expect(triage(title, body, { labels: [...labels] }).priority).toBe(priority);
  });

  test('what the tracker said stays when the text says nothing', () => {
    expect(triage('Sort products by name', '', { priority: 'P1' }).priority).toBe('P1');
  });
});

describe('risk', () => {
  test.each([
    ['Validate the JWT on every request', '', 'high'],
    ['Charge the card only once', '', 'high'],
    ['Migrate the orders table to the new schema', '', 'high'],
    ['Password reset sends the token in the URL', '', 'high'],
    ['Delete inactive customers after two years', '', 'high'],
    ['Update the workflow', 'Change .github/workflows/ci.yml to Node 24.', 'high'],
    ['Cache the product list', '', 'medium'],
    ['Cart page is misaligned', 'After login the button jumps.', 'medium'],
    ['Sort products by name', 'In the list.', 'low'],
    ['As a logged-in user I want to sort my list', '', 'low'],
    ['Typo in the login guide (docs/login.md)', '', 'low'],
  ] as const)('%s %s is %s', (title, body, risk) => {
    expect(triage(title, body).risk).toBe(risk);
  });

  test('a protected path is named in the evidence', () => {
    expect(triage('Bump lodash', 'in package-lock.json').evidence).toContain('risk high: names package-lock.json, protected by **/package-lock.json');
  });
});

describe('route', () => {
  test('a clear issue goes on to a plan', () => {
    const result = triage('Cart total ignores the quantity', '`total()` in src/cart.js adds each item once. With quantity 2 it should count twice.');
    expect(result).toMatchObject({ route: 'plan', questions: [], by: 'rules', promptHash: null });
    expect(result.labels).toEqual(['bug', 'size:S', 'priority:P2']);
  });

  test('labels the issue has are not proposed again', () => {
    expect(triage('Cart total ignores the quantity', 'in src/cart.js', { labels: ['Bug', 'size:S'] }).labels).toEqual(['priority:P2']);
  });

  test('risky work is planned, not taken away from agents', () => {
    const result = triage('Password reset token should expire', 'In src/auth.js the token of a password reset must expire after 15 minutes.');
    expect(result).toMatchObject({ route: 'plan', risk: 'high' });
    expect(result.rationale).toContain('approval');
  });

  test('what cannot be taken back is for people', () => {
    expect(triage('Delete all customers without orders from the production database', 'They are 2000.')).toMatchObject({
      route: 'human',
      risk: 'high',
    });
  });

  test('a question is for people', () => {
    expect(triage('How do I run the tests on Windows?', 'I could not find out.')).toMatchObject({ type: 'question', route: 'human', questions: [] });
  });

  test('the same issue again is a duplicate, with its evidence', () => {
    const first = item('Discount code makes the total negative', 'A voucher of 20 on a cart of 10 gives -10.', {
      id: 'iss_00000000000000000000000000' as WorkItemId,
      number: 4,
      createdAt: new Date(AT.getTime() - 1000),
    });
    const result = decideByRules(item('Total below zero with a voucher', 'A voucher of 20 on a cart of 10: the total is -10.'), [first], FACTS);
    expect(result).toMatchObject({ route: 'duplicate', duplicates: [{ workItemId: first.id, number: 4 }] });
    expect(result.labels).toContain('duplicate');
    expect(result.rationale).toContain('#4');
  });

  test('the same input gives the same result', () => {
    const make = () => triage('Cart total is wrong', 'Sometimes.');
    expect(make()).toEqual(make());
  });
});

describe('the comment', () => {
  test('says type, next step and why', () => {
    const text = renderTriageComment(triage('Make it faster'));
    expect(text).toContain('size **S**');
    expect(text).toContain('Next: some questions to you.');
    expect(text).toMatch(/1\. You write "faster"/);
    expect(text).toContain('Decided by rules.');
  });

  test('words of the author notify nobody and hide nothing', () => {
    const text = renderTriageComment(triage('Make @everyone happy <!-- act:01 --> `x` better'));
    expect(text).not.toContain('@everyone');
    expect(text).not.toContain('<!--');
  });
});
