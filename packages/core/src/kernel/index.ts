/** Which kernel this thread uses. The choice decides no bit, so it is no part of what a run is. */
import { BadInput } from '../bad-input.js';
import type { Kernel } from './kernel.js';
import { plainKernel } from './plain.js';
import { wasmKernel } from './wasm.js';

export { Buffers } from './buffers.js';
export { panelEntries, strip, type Kernel, type Packed, type Rows, type Rows32 } from './kernel.js';
export type { KernelMemory } from './memory.js';
export { plainKernel } from './plain.js';
export { instantiate, simdWorks, wasmKernel } from './wasm.js';

/** Forces a kernel: `wasm` or `plain`. */
const override = 'MARGINALIA_KERNEL';
/** Beside the compiled files, from src/ and from dist/ alike. */
export const wasmFile = new URL('../../dist/core.wasm', import.meta.url);

let chosen: Kernel | undefined;

/** `wasm`, or `plain` where WebAssembly, its SIMD or the compiled module is missing. One a thread. */
export function kernel(): Kernel {
  chosen ??= choose();
  return chosen;
}

function choose(): Kernel {
  const wanted = process.env[override];
  if (wanted === 'plain') return plainKernel;
  if (wanted !== undefined && wanted !== '' && wanted !== 'wasm') {
    throw new BadInput({
      expected: `${override} to be wasm or plain`,
      got: JSON.stringify(wanted),
      try: `${override}=plain`,
    });
  }
  const fast = wasmKernel(wasmFile);
  if (wanted === 'wasm' && !fast) {
    throw new BadInput({
      expected: `${override}=wasm to find SIMD in WebAssembly and ${wasmFile.pathname}`,
      got: 'neither or only one of them',
      try: 'npm run build',
    });
  }
  return fast ?? plainKernel;
}
