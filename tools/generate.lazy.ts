/**
 * A stand-in for dependencies that are captured and never used: every member is such a stand-in again, and calling one gives
 * another. Factories of routes and steps only keep what they are given, so their results can be described without a database.
 * `known` holds the few members that are read while building.
 */
export function lazy<T>(known: object = {}): T {
  const target = (): unknown => lazy();
  return new Proxy(target, {
    get(_target, key) {
      if (Object.hasOwn(known, key)) return Reflect.get(known, key);
      // A number, where one is wanted; never a promise.
      if (key === Symbol.toPrimitive) return () => 0;
      if (typeof key === 'symbol' || key === 'then' || key === 'toJSON') return undefined;
      return lazy();
    },
  }) as unknown as T;
}
