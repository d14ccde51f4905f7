/** Which kernel this thread uses: the kind that core uses. The choice decides no bit. */
import { kernel } from '@marginalia/core';
import type { AttackKernel } from './kernel.js';
import { plainAttackKernel } from './plain.js';
import { wasmAttackKernel } from './wasm.js';

export type { AttackKernel, Field, SmoothField, Standing } from './kernel.js';
export { plainAttackKernel } from './plain.js';
export { wasmAttackKernel } from './wasm.js';

/** Beside the compiled files, from src/ and from dist/ alike. */
export const attackWasmFile = new URL('../../dist/attack.wasm', import.meta.url);

let chosen: AttackKernel | undefined;

export function attackKernel(): AttackKernel {
  chosen ??= (kernel().name === 'wasm' ? wasmAttackKernel(attackWasmFile) : undefined) ?? plainAttackKernel;
  return chosen;
}
