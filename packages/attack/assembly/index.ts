/**
 * The inner loop of attack in AssemblyScript: what the compiler makes of this file is dist/attack.wasm. Pointers are byte
 * offsets into the one memory; all numbers are float64. No relaxed SIMD and no libm: the same bits on every machine, and
 * those of its twin in TypeScript, src/kernel/plain.ts.
 */
export { combine, descend } from './descend';
export { descendSmooth } from './descend-smooth';
export { alongRay, kinksAround } from './ray';
