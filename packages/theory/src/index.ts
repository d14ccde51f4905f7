export * from './claim.js';
export * from './relation.js';
