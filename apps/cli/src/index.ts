export { run } from './main.js';
export { decodeNpy, encodeNpy, readNpy, writeNpy, type NpyArray } from './npy.js';
