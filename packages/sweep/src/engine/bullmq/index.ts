/** Sweeps on many machines: the engine that queues runs in Redis, and the worker that performs them. */
export { bullmq, type BullmqOptions } from './driver.js';
export type { SweepEntry } from './registry.js';
export type { Found } from './examine.js';
export { serve, type ServeOptions } from './serve.js';
