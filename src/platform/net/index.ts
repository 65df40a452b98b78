export { isPublicAddress } from './address.ts';
export { createGuardedFetch, type GuardedFetch, type GuardedFetchOptions } from './fetch.ts';
export { decideDestination, type Destination, type NetGuardOptions, type Resolve } from './guard.ts';
