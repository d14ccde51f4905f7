/** Arrays of a kernel that live and end together. */
import type { Kernel, Lent } from './kernel.js';

/** Where an owner forgot to end, its arrays are given back once it is collected: keep the owner as long as its arrays. */
const forgotten = new FinalizationRegistry<() => void>((end) => end());

export class Buffers {
  readonly #kernel: Kernel;
  #arrays: Lent[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    const arrays = this.#arrays;
    forgotten.register(
      this,
      () => {
        for (const array of arrays) kernel.free(array);
      },
      this,
    );
  }

  /** Zeros. */
  floats(length: number): Float64Array {
    const array = this.#kernel.floats(length);
    this.#arrays.push(array);
    return array;
  }

  /** Numbers that are written before they are read. */
  scratch(length: number): Float64Array {
    const array = this.#kernel.scratch(length);
    this.#arrays.push(array);
    return array;
  }

  integers(length: number): Int32Array {
    const array = this.#kernel.integers(length);
    this.#arrays.push(array);
    return array;
  }

  singles(length: number): Float32Array {
    const array = this.#kernel.singles(length);
    this.#arrays.push(array);
    return array;
  }

  /** A copy that the kernel can read. */
  copy(values: ArrayLike<number>): Float64Array {
    const array = this.scratch(values.length);
    array.set(values);
    return array;
  }

  end(): void {
    forgotten.unregister(this);
    for (const array of this.#arrays) this.#kernel.free(array);
    this.#arrays = [];
  }
}
