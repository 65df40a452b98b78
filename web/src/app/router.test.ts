import { beforeAll, describe, expect, it, vi } from 'vitest';

/** Of the router what is asked here; the console's own types need a browser's. */
interface Router {
  routesById: Record<string, { fullPath: string; options: { validateSearch?: (given: Record<string, unknown>) => Record<string, unknown> } }>;
  latestLocation: { pathname: string };
  update(options: { origin: string; history: unknown }): void;
  buildLocation(to: { to: string; search: true; params: true; _includeValidateSearch: true }): { search: object; searchStr: string };
  matchRoutes(location: unknown): Array<{ search: object }>;
}

let router: Router;
let memoryHistory: (options: { initialEntries: string[] }) => unknown;
beforeAll(async () => {
  vi.stubGlobal('location', { origin: 'http://127.0.0.1', pathname: '/', search: '', hash: '' });
  vi.stubGlobal('addEventListener', () => {});
  const source = new URL('./router.tsx', import.meta.url).href;
  ({ router } = (await import(/* @vite-ignore */ source)) as { router: Router });
  ({ createMemoryHistory: memoryHistory } = (await import('@tanstack/react-router')) as unknown as { createMemoryHistory: typeof memoryHistory });
});

/** What becomes of an address that is opened: the router puts its own form in its place before it shows a page. */
function open(address: string) {
  router.update({ origin: location.origin, history: memoryHistory({ initialEntries: [address] }) });
  return router.buildLocation({ to: router.latestLocation.pathname, search: true, params: true, _includeValidateSearch: true });
}

const query = (name: string, value: unknown): string => `${name}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`;

// As an address brings them: what looks like JSON arrives as its value.
const GARBAGE: readonly unknown[] = [
  'zzz',
  'xx',
  '',
  5,
  -1,
  0.5,
  1e21,
  true,
  false,
  null,
  {},
  { a: { b: 1 } },
  [],
  [[]],
  [null, 1, {}],
  ['//evil.example'],
  '\u202e',
  '%',
];

/** Names a page looks for in its address. */
function namesOf(validate: (given: Record<string, unknown>) => unknown): string[] {
  const names = new Set<string>();
  validate(
    new Proxy<Record<string, unknown>>(
      {},
      {
        get(_given, name) {
          names.add(String(name));
          return undefined;
        },
      },
    ),
  );
  return [...names];
}

const isPlain = (value: unknown): boolean =>
  ['string', 'number', 'boolean', 'undefined'].includes(typeof value) || (Array.isArray(value) && value.every((one) => typeof one === 'string'));

describe('an address with values nobody understands', () => {
  it('opens every page: what is not understood is left out', () => {
    let tried = 0;
    for (const { fullPath, options } of Object.values(router.routesById)) {
      const pathname = fullPath.replace('$section', 'people').replaceAll(/\$\w+/g, '1');
      for (const name of ['unknown', ...(options.validateSearch === undefined ? [] : namesOf(options.validateSearch))])
        for (const value of GARBAGE) {
          const address = `${pathname}?${query(name, value)}`;
          const opened = open(address);
          expect(opened.search, address).not.toHaveProperty('unknown');
          for (const { search } of router.matchRoutes(opened))
            expect(Object.values(search).every(isPlain), `${address} ${JSON.stringify(search)}`).toBe(true);
          expect(open(`${pathname}${opened.searchStr}`).searchStr, address).toBe(opened.searchStr);
          tried += 1;
        }
    }
    expect(tried).toBeGreaterThan(60 * GARBAGE.length);
  });

  it.each([
    ['/work?state=zzz&type=true', ''],
    ['/work?state=5', ''],
    ['/queue?target={}', ''],
    ['/ledger?kind={}&project=shop', '?project=shop'],
    ['/compliance?project={}&from=xx&to=5', ''],
    ['/sign-in?return_to=["//evil.example"]', ''],
    ['/sign-in?return_to=%2Fwork%2Fiss_01', '?return_to=%2Fwork%2Fiss_01'],
    ['/?tour=1&x=1', '?tour=1'],
  ])('%s is opened with %j', (address, left) => expect(open(address).searchStr).toBe(left));
});
