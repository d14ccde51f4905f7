export * from './without-engine.js';
export { execute, type Execution, type ExecuteOptions } from './execute.js';
export { standing } from './standing.js';
