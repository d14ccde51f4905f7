/** What an attack goes by, which decides what it may be compared with when one asks whether gradients mislead. */
export type Nature =
  /** Follows gradients of the margin, step by step. */
  | 'gradient'
  /** One step along the gradient at the point. */
  | 'single-step'
  /** Knows scores or decisions alone: black box. */
  | 'query'
  /** Draws displacements without looking. */
  | 'noise'
  /** Knows the data, the centres or the neurons, and follows no gradient. */
  | 'structure';

const natures: Readonly<Record<string, Nature>> = {
  'projected-gradient': 'gradient',
  'auto-pgd': 'gradient',
  'auto-projected-gradient': 'gradient',
  'deep-fool': 'gradient',
  'fast-adaptive-boundary': 'gradient',
  fab: 'gradient',
  'carlini-wagner': 'gradient',
  momentum: 'gradient',
  'fast-gradient': 'single-step',
  'fast-gradient-sign': 'single-step',
  square: 'query',
  boundary: 'query',
  'random-noise': 'noise',
  'uniform-noise': 'noise',
  'gaussian-noise': 'noise',
};

/** By its name in the registry; one that is not named here knows the structure of the problem. */
export const natureOf = (attack: string): Nature => natures[attack] ?? 'structure';
