export * from './assumptions.js';
export * from './claim.js';
export * from './claims/index.js';
export * from './publications.js';
export * from './quantities/index.js';
export * from './relation.js';
