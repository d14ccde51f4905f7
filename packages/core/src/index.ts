export { BadInput } from './bad-input.js';
export { canonical } from './canonical.js';
export { Random } from './random/random.js';
