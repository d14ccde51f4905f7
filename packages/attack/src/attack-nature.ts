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
  /** Knows the data, the centres or the neurons, those that are off among them. */
  | 'structure'
  /** The best of several others, of whatever nature. */
  | 'ensemble';

/** Of those in the registry, and of those that others may call by their usual names. */
const natures: Readonly<Record<string, Nature>> = {
  'projected-gradient': 'gradient',
  'auto-pgd': 'gradient',
  'auto-pgd-targeted': 'gradient',
  'deep-fool': 'gradient',
  'fast-adaptive-boundary': 'gradient',
  'carlini-wagner': 'gradient',
  'fast-gradient': 'single-step',
  square: 'query',
  boundary: 'query',
  'uniform-noise': 'noise',
  ensemble: 'ensemble',
};

/** By its name in the registry; one that is not named here knows the structure of the problem. */
export const natureOf = (attack: string): Nature => natures[attack] ?? 'structure';
