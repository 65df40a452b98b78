import { readFileSync } from 'node:fs';
import { makeEstate, type EstateOrder } from './estate.make.ts';

/**
 * Makes the sample estate on a running server, over HTTP alone. Standard input: an `EstateOrder` (secrets do not belong in arguments).
 * Standard output: one JSON document with what was made.
 */
process.stdout.write(`${JSON.stringify(await makeEstate(JSON.parse(readFileSync(0, 'utf8')) as EstateOrder))}\n`);
