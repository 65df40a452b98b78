export { createOpaHttpEngine, type OpaHttpOptions } from './http.ts';
export { createOpaWasmEngine, type OpaWasmOptions } from './wasm.ts';
