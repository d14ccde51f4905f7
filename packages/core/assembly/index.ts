/**
 * The numeric inner loops of core, in AssemblyScript: what the compiler makes of this file is dist/core.wasm. Pointers
 * are byte offsets into the one memory; all numbers are float64. No relaxed SIMD and no libm: the same bits on every
 * machine. Each function has a twin in plain TypeScript, src/kernel/plain.ts, that computes the same bits.
 */
export { gaussians } from './gaussians';
export { binaryBackward, softmaxBackward, scores } from './backward';
export { addRows, addScaled, dotProduct, deviations, solveBackward, solveForward } from './vector';
export { packRows, packedProduct, product, transposedProduct } from './product';
// Parts of others, exported to keep them functions: see `tile`.
export { segment } from './symmetric';
export { tile } from './product';
export { tile32 } from './single';
export { mirror, packPanels, rowProducts, symmetricProduct } from './symmetric';
export { addRows32, addScaled32, mirror32, packRows32, packedProduct32, symmetricProduct32 } from './single';
