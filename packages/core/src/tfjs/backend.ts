/** Which TensorFlow.js backend this machine gets, found out without loading one into this process. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { BadInput } from '../bad-input.js';

/**
 * `node`: libtensorflow through @tensorflow/tfjs-node, an optional dependency. `wasm`: from the package's own files,
 * one thread. `cpu`: plain JavaScript. All compute in float32, each with rounding of its own.
 */
export type TfjsBackend = 'node' | 'wasm' | 'cpu';
export const tfjsBackends: readonly TfjsBackend[] = ['node', 'wasm', 'cpu'];

/** Forces a backend, so that a result of another machine can be reproduced. */
const override = 'MARGINALIA_TFJS_BACKEND';

let found: TfjsBackend | undefined;

/**
 * The backend that `loadTfjs` loads: MARGINALIA_TFJS_BACKEND when set, else the first of node, wasm, cpu that works.
 * Trying `node` takes about a second, once, and only where its native files are installed.
 */
export function tfjsBackend(): TfjsBackend {
  const wanted = process.env[override];
  if (wanted) {
    const known = tfjsBackends.find((backend) => backend === wanted);
    if (known) return known;
    throw new BadInput({
      expected: `${override} to be one of ${tfjsBackends.join(', ')}`,
      got: JSON.stringify(wanted),
      try: `${override}=wasm`,
    });
  }
  found ??= nodeBindingLoads() ? 'node' : 'WebAssembly' in globalThis ? 'wasm' : 'cpu';
  return found;
}

/** Where @tensorflow/tfjs-node begins, when it is installed with its native files. */
export function nodeBindingEntry(): string | undefined {
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-node');
  } catch {
    return undefined;
  }
  // Its install script leaves the package without them when it is skipped.
  const lib = join(dirname(entry), '..', 'lib');
  const built =
    existsSync(lib) && readdirSync(lib).some((abi) => existsSync(join(lib, abi, 'tfjs_binding.node')));
  return built ? entry : undefined;
}

/** Node 23 dropped two functions that tfjs-node 4.22 still calls. */
const restoreNodeUtil = `
  const util = process.getBuiltinModule?.('node:util') ?? require('node:util');
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  util.isArray ??= Array.isArray;`;

/** In a process of its own: a binding for another processor or another libc kills the process that loads it. */
function nodeBindingLoads(): boolean {
  const entry = nodeBindingEntry();
  if (entry === undefined) return false;
  const script = `${restoreNodeUtil}
    const tf = require(${JSON.stringify(entry)});
    if (tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0] !== 11) process.exit(1);`;
  const { status } = spawnSync(process.execPath, ['-e', script], { stdio: 'ignore', timeout: 60_000 });
  return status === 0;
}
