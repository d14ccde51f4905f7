export * from './autodiff.js';
export { tfjsBackend, tfjsBackends, type TfjsBackend } from './backend.js';
export { loadTfjs, type Tf, type Tfjs } from './load-tfjs.js';
export { descendWithTfjs } from './tfjs-descent.js';
