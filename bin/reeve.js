#!/usr/bin/env node
// Plain JavaScript on purpose: it must also run on an old Node, to hand over to the checkout's own or to say what is wrong.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

const at = (path) => new URL(path, import.meta.url);

if (Number(process.versions.node.split('.')[0]) >= 24) {
  const source = at('../src/main.ts'); // a checkout; the published package has no src/
  const isCheckout = existsSync(source);
  // A checkout keeps what Node makes of our TypeScript: without it each start strips the types of some hundred files anew. The
  // package is JavaScript already and may lie where nothing can be written. Never fails: at worst the start is slower.
  if (isCheckout) nodeModule.enableCompileCache(fileURLToPath(at('../node_modules/.cache/reeve')));
  await import(isCheckout ? source.href : at('../dist/main.js').href);
} else {
  const own = fileURLToPath(at(`../node_modules/node-${process.platform}-${process.arch}/bin/node`));
  if (!existsSync(own)) {
    console.error(`error: Reeve needs Node.js 24 or newer (this is ${process.version}).\n  Install it, or use the npm scripts of the checkout.`);
    process.exit(3);
  }
  const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exit(code ?? 1);
  });
}
