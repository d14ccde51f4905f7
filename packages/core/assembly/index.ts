/**
 * The numeric inner loops of core, in AssemblyScript: what the compiler makes of this file is dist/core.wasm. Pointers
 * are byte offsets into the one memory; all numbers are float64. No relaxed SIMD and no libm: the same bits on every
 * machine. Each function has a twin in plain TypeScript, src/kernel/plain.ts, that computes the same bits.
 */
export { gaussians } from './gaussians';
export { binaryBackward, softmaxBackward, scores } from './backward';
export { addScaled, dotProduct, deviations, solveBackward, solveForward } from './vector';
export { packRows, packedProduct, product, transposedProduct } from './product';
export { mirror, symmetricProduct } from './symmetric';
export { addScaled32, mirror32, packRows32, packedProduct32, symmetricProduct32 } from './single';
