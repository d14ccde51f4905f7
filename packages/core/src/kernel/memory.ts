/**
 * The memory of one WebAssembly instance, lent out in blocks. All of it is reserved at once and none of it ever grows:
 * growing detaches every array that views it, and a shared memory, which does not detach them, runs at half the speed
 * (V8 in Node 20). What is reserved is address space; the system backs what was touched.
 */
import { BadInput } from '../bad-input.js';
import type { Lent } from './kernel.js';
import { webAssembly, type WasmMemory } from './web-assembly.js';

/** What 32-bit addresses reach; less where the system reserves less. */
const sizes: readonly number[] = [65536, 32768, 16384, 8192, 4096, 1024];
const alignment = 64;

interface Block {
  readonly at: number;
  readonly size: number;
}

export class KernelMemory {
  readonly memory: WasmMemory;
  /** Free blocks below `#fresh`, by address, no two adjacent. */
  #free: Block[] = [];
  readonly #lent = new Map<number, number>();
  /** From here on nothing was ever lent: still zero. */
  #fresh: number;

  /** The first `below` bytes are never lent: a module keeps its own data there. */
  constructor(below: number, pages: readonly number[] = sizes) {
    this.memory = reserve(pages);
    this.#fresh = Math.ceil(below / alignment) * alignment;
  }

  /** Bytes that can be lent in all. */
  get room(): number {
    return this.#buffer().byteLength;
  }

  /** Throws BadInput where there is not enough, 4 GiB at most. */
  floats(length: number, content: 'zero' | 'as it is' = 'zero'): Float64Array {
    return new Float64Array(...this.#lend(8 * length, content), length);
  }

  integers(length: number): Int32Array {
    return new Int32Array(...this.#lend(4 * length, 'zero'), length);
  }

  singles(length: number): Float32Array {
    return new Float32Array(...this.#lend(4 * length, 'zero'), length);
  }

  release({ byteOffset }: Lent): void {
    const size = this.#lent.get(byteOffset);
    if (size === undefined) throw new RangeError('no block of this memory begins there');
    this.#lent.delete(byteOffset);
    const after = this.#free.findIndex(({ at }) => at > byteOffset);
    const place = after < 0 ? this.#free.length : after;
    let { at, size: whole } = { at: byteOffset, size };
    const next = this.#free[place];
    const previous = this.#free[place - 1];
    let remove = 0;
    let from = place;
    if (next && at + whole === next.at) {
      whole += next.size;
      remove = 1;
    }
    if (previous && previous.at + previous.size === at) {
      at = previous.at;
      whole += previous.size;
      from = place - 1;
      remove += 1;
    }
    this.#free.splice(from, remove, { at, size: whole });
  }

  #lend(bytes: number, content: 'zero' | 'as it is'): [ArrayBuffer, number] {
    // At least one line, so that no two blocks begin at one address.
    const size = Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
    const found = this.#free.findIndex((block) => block.size >= size);
    if (found >= 0) {
      const { at, size: room } = this.#free[found]!;
      this.#free.splice(found, 1, ...(room > size ? [{ at: at + size, size: room - size }] : []));
      this.#lent.set(at, size);
      if (content === 'zero') new Uint8Array(this.#buffer(), at, size).fill(0);
      return [this.#buffer(), at];
    }
    const at = this.#fresh;
    const room = this.#buffer().byteLength;
    if (at + size > room) {
      throw new BadInput({
        expected: `arrays of a run that fit ${(room / 2 ** 30).toFixed(1)} GiB`,
        got: `${(size / 2 ** 30).toFixed(1)} GiB more in one array`,
        try: 'fewer samples: X Xᵀ takes 8 n² bytes',
      });
    }
    this.#fresh = at + size;
    this.#lent.set(at, size);
    return [this.#buffer(), at];
  }

  #buffer(): ArrayBuffer {
    return this.memory.buffer;
  }
}

function reserve(pages: readonly number[]): WasmMemory {
  if (!webAssembly) throw new Error('there is no WebAssembly');
  for (const initial of pages) {
    try {
      return new webAssembly.Memory({ initial });
    } catch {
      // Too much for this system: the next smaller one.
    }
  }
  throw new BadInput({
    expected: 'room for a memory of 64 MiB',
    got: 'none',
    try: 'MARGINALIA_KERNEL=plain, or a higher limit of virtual memory',
  });
}
