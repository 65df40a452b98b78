/**
 * Cases that only `npm run test:long` runs. A shorter case of the same behaviour stays in `npm test`, which must end while
 * somebody still waits for it.
 */
export const LONG = process.env['REEVE_TEST_LONG'] === '1';
