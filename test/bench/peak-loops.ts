/**
 * Two loops under WebAssembly, assembled here byte by byte so that no compiler stands between them and the peak that they
 * claim: chains a ← a·x + y that do not depend on each other, and loads of sixteen bytes.
 */
export interface PeakLoops {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** `turns` of every chain, two numbers a register, or four. */
  readonly float64: (turns: number) => void;
  readonly float32: (turns: number) => void;
  /** Reads the first `bytes`, a multiple of 128. */
  readonly read: (bytes: number) => void;
}

/** With x and y they take fifteen registers: all that V8 has. Two chains fewer already wait for each other. */
export const chains = 13;
const loads = 8;

/** Bytes, nested as they are written. */
type Code = number | readonly Code[];
const bytes = (code: Code): number[] => (typeof code === 'number' ? [code] : code.flatMap(bytes));

/** The part of the interface that is used here: the libraries of TypeScript have it for browsers alone. */
interface Interface {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}
const webAssembly = (globalThis as unknown as { readonly WebAssembly: Interface }).WebAssembly;

/** The loops over a memory of so many megabytes. */
export function peakLoops(megabytes: number): PeakLoops {
  const bodies = [
    chain({ splat: 0x14, add: 0xf0, multiply: 0xf2, half: [0x44, float(new Float64Array([0.5]))] }),
    chain({ splat: 0x13, add: 0xe4, multiply: 0xe6, half: [0x43, float(new Float32Array([0.5]))] }),
    reader(),
  ];
  const exported = [
    ...['float64', 'float32', 'read'].map((name, at) => [text(name), 0, at]),
    [text('memory'), 2, 0],
  ];
  const binary = bytes([
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, list([[0x60, 1, i32, 1, i32]])),
    section(3, list(bodies.map(() => 0))),
    section(5, list([[0, leb(megabytes * 16)]])),
    section(7, list(exported)),
    section(10, list(bodies.map((body) => sized(body)))),
  ]);
  const module = new webAssembly.Module(Uint8Array.from(binary));
  return new webAssembly.Instance(module).exports as PeakLoops;
}

/** Unsigned LEB128. */
const leb = (value: number): Code => (value < 128 ? value : [(value & 127) | 128, leb(value >>> 7)]);
/** Signed LEB128 of a value ≥ 0. */
const signed = (value: number): Code => (value < 64 ? value : [(value & 127) | 128, signed(value >>> 7)]);

const i32 = 0x7f;
const v128 = 0x7b;
const simd = (op: number): Code => [0xfd, leb(op)];
const xor = simd(0x51);
const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const again = (by: number): Code => [get(0), 0x41, signed(by), 0x6b, 0x22, 0, 0x0d, 0, 0x0b];
const loop: Code = [0x03, 0x40];

interface Lanes {
  readonly splat: number;
  readonly add: number;
  readonly multiply: number;
  /** The constant ½. */
  readonly half: Code;
}

/** Local 0 counts the turns down, 1 … 13 are the chains, then x and y, both ½. */
function chain({ splat, add, multiply, half }: Lanes): Code {
  const [x, y] = [chains + 1, chains + 2];
  const own = Array.from({ length: chains }, (_, at) => at + 1);
  return [
    [1, chains + 2, v128],
    [half, simd(splat), set(x), half, simd(splat), set(y)],
    loop,
    own.map((a) => [get(a), get(x), simd(multiply), get(y), simd(add), set(a)]),
    again(1),
    witness(own),
  ];
}

/** Local 0 counts the bytes down, 1 is the address, 2 … 9 gather what is read. */
function reader(): Code {
  const own = Array.from({ length: loads }, (_, at) => at + 2);
  return [
    [2, 1, i32, loads, v128],
    loop,
    own.map((a, at) => [get(a), get(1), simd(0), 4, leb(16 * at), xor, set(a)]),
    [get(1), 0x41, signed(16 * loads), 0x6a, set(1)],
    again(16 * loads),
    witness(own),
  ];
}

/** All of them in one integer, so that none is dead; the end of a function. */
const witness = (own: readonly number[]): Code => [
  own.map((a, at) => [get(a), at === 0 ? [] : xor]),
  simd(0x1b),
  0,
  0x0b,
];

const sized = (code: Code): Code => [leb(bytes(code).length), code];
const section = (id: number, content: Code): Code => [id, sized(content)];
const list = (items: readonly Code[]): Code => [leb(items.length), items];
const text = (name: string): Code => sized([...Buffer.from(name)]);
const float = (of: Float64Array | Float32Array): Code => [...new Uint8Array(of.buffer)];
