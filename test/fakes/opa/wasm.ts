/**
 * WebAssembly modules with the interface that `opa build -t wasm` gives its own (ABI 1.3,
 * https://www.openpolicyagent.org/docs/wasm), made by hand: rules are texts looked for in the JSON of the input. They show that the
 * adapter speaks the interface and survives what a module may do; they are no compiled Rego.
 */
export interface WasmRule {
  /** All of these must stand in the JSON of the input. */
  holds: readonly string[];
  /** The result set, as `opa_eval` answers it. */
  answers: string;
}

export interface WasmOptions {
  /** The first rule that holds answers. */
  rules: readonly WasmRule[];
  otherwise?: string;
  /** What evaluation does instead of answering. */
  fault?: 'trap' | 'loop' | 'grow';
}

/** Unsigned LEB128, which small numbers of WebAssembly are written in. */
function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128 of a number that is not negative. */
function sleb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if (rest === 0 && (low & 0x40) === 0) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

const text = (value: string): number[] => [...new TextEncoder().encode(value)];
const named = (value: string): number[] => [...leb(text(value).length), ...text(value)];
const vector = (items: readonly number[][]): number[] => [...leb(items.length), ...items.flat()];
const section = (id: number, items: readonly number[][]): number[] => {
  const body = vector(items);
  return [id, ...leb(body.length), ...body];
};

const I32 = 0x7f;
const constant = (value: number): number[] => [0x41, ...sleb(value)];
const local = (index: number): number[] => [0x20, ...leb(index)];
const setLocal = (index: number): number[] => [0x21, ...leb(index)];
const load8 = [0x2d, 0, 0];
const add = 0x6a;
const END = 0x0b;

/** Body of a function: further locals (all i32), then code. */
const body = (locals: number, code: readonly number[]): number[] => {
  const inner = [...(locals === 0 ? [0] : [1, ...leb(locals), I32]), ...code, END];
  return [...leb(inner.length), ...inner];
};

/** contains(at, length, needle, needleLength) -> 0 or 1: every place is tried, byte by byte. Locals 4: place, 5: offset. */
const CONTAINS = body(
  2,
  [
    [0x03, 0x40], // loop: places
    [...local(4), ...local(3), add, ...local(1), 0x4b], // place + needleLength > length
    [0x04, 0x40, ...constant(0), 0x0f, END], // no: return 0
    [...constant(0), ...setLocal(5)],
    [0x02, 0x40], // block: left when a byte differs
    [0x03, 0x40], // loop: bytes
    [...local(5), ...local(3), 0x46, 0x04, 0x40, ...constant(1), 0x0f, END], // all alike: return 1
    [...local(0), ...local(4), add, ...local(5), add, ...load8],
    [...local(2), ...local(5), add, ...load8],
    [0x47, 0x0d, 1], // differ: leave the block
    [...local(5), ...constant(1), add, ...setLocal(5), 0x0c, 0], // next byte
    [END, END],
    [...local(4), ...constant(1), add, ...setLocal(4), 0x0c, 0], // next place
    [END],
    [0x00], // never reached
  ].flat(),
);

const FAULTS: Readonly<Record<NonNullable<WasmOptions['fault']>, number[]>> = {
  trap: [0x00],
  loop: [0x03, 0x40, 0x0c, 0, END, 0x00],
  // memory.grow by 16 pages until it is refused, then a trap.
  grow: [0x03, 0x40, ...constant(16), 0x40, 0, 0x41, 0x7f, 0x47, 0x0d, 0, END, 0x00],
};

/** Strings in memory from address 1024 on, each ended by zero. */
function createStrings() {
  const bytes: number[] = [];
  const START = 1024;
  return {
    put(value: string): { at: number; length: number } {
      const encoded = text(value);
      const at = START + bytes.length;
      bytes.push(...encoded, 0);
      return { at, length: encoded.length };
    },
    segment: (): number[] => [0, ...constant(START), END, ...leb(bytes.length), ...bytes],
    end: (): number => START + bytes.length,
  };
}

/** `\0asm`, version 1. */
const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

export function buildOpaWasm(options: WasmOptions): Uint8Array<ArrayBuffer> {
  const strings = createStrings();
  const builtins = strings.put('{}');
  const entrypoints = strings.put('{"reeve/decision":0}');
  // opa_eval(reserved, entrypoint, data, input, inputLength, heap, format) -> address of the result set.
  const evaluation = options.rules.flatMap(({ holds, answers }) => {
    const answer = strings.put(answers);
    const tests = holds.map((needle) => {
      const { at, length } = strings.put(needle);
      return [...local(3), ...local(4), ...constant(at), ...constant(length), 0x10, 0];
    });
    const all = tests.flatMap((test, index) => (index === 0 ? test : [...test, 0x71]));
    return [...(all.length === 0 ? constant(1) : all), 0x04, 0x40, ...constant(answer.at), 0x0f, END];
  });
  const otherwise = strings.put(options.otherwise ?? '[]');
  const evaluate = options.fault === undefined ? [...evaluation, ...constant(otherwise.at)] : FAULTS[options.fault];
  const heap = Math.ceil(strings.end() / 8) * 8;

  const functions: { name: string; type: number; body: number[] }[] = [
    { name: 'contains', type: 2, body: CONTAINS },
    { name: 'builtins', type: 0, body: body(0, constant(builtins.at)) },
    { name: 'entrypoints', type: 0, body: body(0, constant(entrypoints.at)) },
    { name: 'opa_malloc', type: 1, body: body(0, constant(heap)) },
    { name: 'opa_json_parse', type: 3, body: body(0, local(0)) },
    { name: 'opa_json_dump', type: 1, body: body(0, local(0)) },
    { name: 'opa_heap_ptr_get', type: 0, body: body(0, constant(heap + 64)) },
    { name: 'opa_heap_ptr_set', type: 4, body: body(0, []) },
    { name: 'opa_eval', type: 5, body: body(0, evaluate) },
  ];
  const type = (parameters: number, results: number): number[] => [
    0x60,
    ...vector(Array.from({ length: parameters }, () => [I32])),
    ...vector(Array.from({ length: results }, () => [I32])),
  ];
  const global = (value: number): number[] => [I32, 0, ...constant(value), END];
  return new Uint8Array([
    ...HEADER,
    ...section(1, [type(0, 1), type(1, 1), type(4, 1), type(2, 1), type(1, 0), type(7, 1)]),
    ...section(2, [[...named('env'), ...named('memory'), 2, 0, ...leb(2)]]),
    ...section(
      3,
      functions.map((each) => leb(each.type)),
    ),
    ...section(6, [global(1), global(3)]),
    ...section(7, [
      [...named('opa_wasm_abi_version'), 3, 0],
      [...named('opa_wasm_abi_minor_version'), 3, 1],
      ...functions.map((each, index) => [...named(each.name), 0, ...leb(index)]),
    ]),
    ...section(
      10,
      functions.map((each) => each.body),
    ),
    ...section(11, [strings.segment()]),
  ]);
}
