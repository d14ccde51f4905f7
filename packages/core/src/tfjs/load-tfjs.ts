/** TensorFlow.js, loaded when first asked for: one API over whichever backend works here. */
import { createRequire } from 'node:module';
import util from 'node:util';
import { nodeBindingEntry, tfjsBackend, type TfjsBackend } from './backend.js';

/** The API of @tensorflow/tfjs-core. */
export type Tf = typeof import('@tensorflow/tfjs-core');

export interface Tfjs {
  /** With gradients registered and `backend` set. */
  readonly tf: Tf;
  readonly backend: TfjsBackend;
}

let loading: Promise<Tfjs> | undefined;

/**
 * Loads the backend that `tfjsBackend` names, once a thread. Prints nothing and leaves no listener behind.
 * Rejects when that backend does not start: another one would give other bits under the same name.
 */
export function loadTfjs(): Promise<Tfjs> {
  loading ??= load(tfjsBackend());
  return loading;
}

async function load(backend: TfjsBackend): Promise<Tfjs> {
  if (backend === 'node') loadNodeBinding();
  const tf = await import('@tensorflow/tfjs-core');
  if (backend === 'wasm') await withoutNewListeners(() => import('@tensorflow/tfjs-backend-wasm'));
  if (backend === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  // Registers the gradients of all kernels; tfjs-core keeps them in files that Node cannot load.
  await import('@tensorflow/tfjs-layers');
  const name = backend === 'node' ? 'tensorflow' : backend;
  const started = await withoutNewListeners(() => tf.setBackend(name));
  if (!started) throw new Error(`the ${backend} backend of TensorFlow.js does not start on this machine`);
  // The cpu backend greets at its first operation with a banner that advertises tfjs-node.
  if (backend === 'cpu') Object.assign(tf.backend(), { firstUse: false });
  return { tf, backend };
}

function loadNodeBinding(): void {
  const entry = nodeBindingEntry();
  if (entry === undefined) throw new Error('the native files of @tensorflow/tfjs-node are not installed');
  // Node 23 dropped two functions that tfjs-node 4.22 still calls.
  const node = util as { isNullOrUndefined?: unknown; isArray?: unknown };
  node.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  node.isArray ??= Array.isArray;
  // libtensorflow greets on stderr with the instruction sets that it found.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  createRequire(import.meta.url)(entry);
}

/**
 * Emscripten installs process listeners that rethrow, which turns a stranger's rejected promise into a crash.
 * Only its own are taken away: others may subscribe while it loads.
 */
async function withoutNewListeners<Value>(action: () => Promise<Value>): Promise<Value> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => new Set<unknown>(process.rawListeners(event)));
  try {
    return await action();
  } finally {
    for (const [index, event] of events.entries()) {
      for (const listener of process.rawListeners(event)) {
        const rethrows = /instanceof ExitStatus|^function ?\(reason\) ?\{ ?throw reason;? ?\}$/.test(
          String(listener),
        );
        if (rethrows && !before[index]?.has(listener)) process.off(event, listener as () => void);
      }
    }
  }
}
