export * from './closed-forms.js';
export * from './coefficients.js';
export * from './initial-counts.js';
export * from './robust-net.js';
export * from './statistics.js';
export * from './margins.js';
export * from './nearest-in-cone.js';
