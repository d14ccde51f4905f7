/**
 * The package as a worker sees it: without the engine, whose imports take longer to load (0.1 s a worker) than a small
 * sweep takes to run.
 */
import { BadInput } from '@marginalia/core';

export * from './without-engine.js';

/** Throws BadInput: a run that started a sweep would be a sweep within a sweep. */
export function execute(): never {
  throw new BadInput({ expected: 'a run to measure', got: 'one that executes a sweep of its own' });
}
