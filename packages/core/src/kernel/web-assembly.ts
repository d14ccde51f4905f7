/** The part of the WebAssembly interface that is used here: the libraries of TypeScript have it for browsers alone. */

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Interface {
  readonly Memory: new (options: { initial: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: Imports) => { readonly exports: unknown };
  readonly validate: (bytes: Uint8Array) => boolean;
}

/** Undefined where the engine has none (`node --jitless`). */
export const webAssembly = (globalThis as { readonly WebAssembly?: Interface }).WebAssembly;
