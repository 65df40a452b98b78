/** What a browser keeps texts in; all of it may throw. */
interface Keeps {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Texts kept over a reload. Nothing throws: a browser that keeps nothing has nothing, and says so (`false`) when it is given something. */
export interface BrowserStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): boolean;
  removeItem(key: string): boolean;
}

/** `find` is asked each time: strict settings refuse the storage at its mere mention. */
export function createBrowserStore(find: () => Keeps): BrowserStore {
  function tried(write: (keeps: Keeps) => void): boolean {
    try {
      write(find());
      return true;
    } catch {
      return false;
    }
  }
  return {
    getItem(key) {
      try {
        return find().getItem(key);
      } catch {
        return null;
      }
    },
    setItem: (key, value) => tried((keeps) => keeps.setItem(key, value)),
    removeItem: (key) => tried((keeps) => keeps.removeItem(key)),
  };
}

export const browserStore = createBrowserStore(() => localStorage);
