export * from './axis.js';
export * from './define-sweep.js';
