/** The sweeps of the house by name, as modules that a worker can load. */
import { fileURLToPath } from 'node:url';

export interface BuiltinSweep {
  /** Absolute path of the compiled module whose default export is the definition. */
  readonly module: string;
}

const builtin = (name: string): BuiltinSweep => ({
  module: fileURLToPath(new URL(`./${name}.js`, import.meta.url)),
});

export const builtinSweeps: Readonly<Record<string, BuiltinSweep>> = {
  'feature-averaging': builtin('feature-averaging'),
  'feature-decoupling': builtin('feature-decoupling'),
  'adversarial-training': builtin('adversarial-training'),
  'averaging-phases': builtin('averaging-phases'),
  'kkt-clusters': builtin('kkt-clusters'),
  'kkt-sphere': builtin('kkt-sphere'),
  'polynomial-relu': builtin('polynomial-relu'),
  'image-supervision': builtin('image-supervision'),
  'low-dimensional-data': builtin('low-dimensional-data'),
  'dimpled-manifold': builtin('dimpled-manifold'),
  'finer-supervision': builtin('finer-supervision'),
  'margin-maximisation': builtin('margin-maximisation'),
  'kkt-not-global': builtin('kkt-not-global'),
  'simplicity-bias': builtin('simplicity-bias'),
  slabs: builtin('slabs'),
  'hint-points': builtin('hint-points'),
  'linear-separable': builtin('linear-separable'),
  'robust-features': builtin('robust-features'),
  'expressive-power': builtin('expressive-power'),
};
