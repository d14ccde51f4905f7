/**
 * The memory of one WebAssembly instance, lent out in blocks. It is a SharedArrayBuffer, though one thread uses it:
 * growing a shared memory leaves the arrays that view it whole, growing an ordinary one detaches them.
 */
import { BadInput } from '../bad-input.js';
import type { Lent } from './kernel.js';
import { webAssembly, type WasmMemory } from './web-assembly.js';

const page = 65536;
/** What 32-bit addresses reach. */
const mostPages = 65536;
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

  constructor(reserved: number) {
    if (!webAssembly) throw new Error('there is no WebAssembly');
    this.memory = new webAssembly.Memory({
      initial: Math.ceil(reserved / page),
      maximum: mostPages,
      shared: true,
    });
    this.#fresh = Math.ceil(reserved / alignment) * alignment;
  }

  /** Throws BadInput where 4 GiB are not enough. */
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

  #lend(bytes: number, content: 'zero' | 'as it is'): [SharedArrayBuffer, number] {
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
    const missing = at + size - this.#buffer().byteLength;
    if (missing > 0) this.#grow(missing, size);
    this.#fresh = at + size;
    this.#lent.set(at, size);
    return [this.#buffer(), at];
  }

  #grow(missing: number, size: number): void {
    // Room for an eighth more than asked for: growing is a system call.
    const wanted = Math.ceil(missing / page);
    const generous = wanted + Math.ceil((this.#buffer().byteLength + missing) / page / 8);
    const free = mostPages - this.#buffer().byteLength / page;
    if (wanted > free) {
      throw new BadInput({
        expected: `arrays of a run that fit 4 GiB`,
        got: `${(size / 2 ** 30).toFixed(1)} GiB more in one array`,
        try: 'fewer samples: X Xᵀ takes 8 n² bytes',
      });
    }
    try {
      this.memory.grow(Math.min(generous, free));
    } catch {
      this.memory.grow(wanted);
    }
  }

  #buffer(): SharedArrayBuffer {
    return this.memory.buffer;
  }
}
