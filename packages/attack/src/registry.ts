/** Every attack of the house. Registering one is what gives it its tests and its line in `list attacks`. */
import type { Attack } from './attack.js';
import { autoPgd } from './auto-pgd.js';
import { carliniWagner } from './carlini-wagner.js';
import { deepFool } from './deep-fool.js';
import { ensemble } from './ensemble.js';
import { fastAdaptiveBoundary } from './fast-adaptive-boundary.js';
import { fastGradient } from './fast-gradient.js';
import { guidedDescent } from './guided.js';
import { projectedGradient } from './projected-gradient.js';
import { withLineSearch } from './shorten.js';
import { square } from './square.js';
import { structured } from './structured.js';
import { universalAttack } from './universal-direction.js';

/** What an attack commutes with, to rounding; one that draws coordinates does so in law alone. */
export type Symmetry = 'rotations' | 'signed permutations' | 'in law';

export interface RegisteredAttack {
  readonly name: Attack['name'];
  readonly balls: Attack['balls'];
  /** One line: what it does, and whence. */
  readonly about: string;
  /** In ℓ2. In ℓ∞ and ℓ1 rotations are none of the ball's, and signed permutations are what is left. */
  readonly symmetry: Symmetry;
  /** By how much it may miss |f| / ‖w‖_* on a linear net, relative, at full effort. */
  readonly convergence: number;
  /** It takes the work of a hundred of the others, for flips that they find too: run where it is asked for by name. */
  readonly dear: boolean;
  /**
   * The attack for a net whose universal direction (Σ_j y_j μ_j, or the mean of y x) is given. `effort` ≤ 1 is the share
   * of the published number of steps, restarts or queries that it may take.
   */
  readonly make: (direction: Float64Array, effort?: number) => Attack;
}

/** δ is on the boundary up to rounding. */
const exact = 1e-9;
/** Bisection of the radius to 1/256, from above. */
const bisected = 1 / 128;
/** Descent stops a step short of the boundary: (1 + 2.5/T)^{−T} of a right angle is left, see the law. */
const descended = 0.05;

const register = (
  about: string,
  symmetry: Symmetry,
  convergence: number,
  make: (direction: Float64Array, share: (published: number) => number) => Attack,
  { dear = false }: { readonly dear?: boolean } = {},
): RegisteredAttack => {
  const made = (direction: Float64Array, effort = 1): Attack =>
    make(direction, (published) => Math.max(1, Math.round(effort * published)));
  const { name, balls } = made(new Float64Array());
  return { name, balls, about, symmetry, convergence, dear, make: made };
};

/** Cheap ones first: see `ensemble`. */
const members = (direction: Float64Array, share: (published: number) => number): readonly Attack[] => [
  withLineSearch(fastGradient()),
  deepFool({ steps: share(50) }),
  ...(direction.length > 0 ? [withLineSearch(universalAttack(direction))] : []),
  structured(),
  fastAdaptiveBoundary({ steps: share(100), restarts: 2 }),
  projectedGradient({ steps: share(40), restarts: 1 }),
  autoPgd({ steps: share(100), restarts: 1 }),
  autoPgd({ steps: share(100), restarts: 1, leak: surrogateLeak, name: 'surrogate-gradient' }),
  guidedDescent({ steps: share(100) }),
];

/** Of the leaky ReLU in the backward pass: enough to be seen beside neurons that are on, too little to outweigh them. */
const surrogateLeak = 0.1;

/** Every attack, each point's smallest flip: what to compare an exact radius with. */
export const strongest = (direction: Float64Array = new Float64Array(), effort = 1): readonly Attack[] =>
  members(direction, (published) => Math.max(1, Math.round(effort * published)));

export const attacks: readonly RegisteredAttack[] = [
  register(
    'one direction −y Σ y_j μ_j for all points (Li, Pan, Lyu & Li 2025)',
    'rotations',
    bisected,
    (direction) => withLineSearch(universalAttack(direction)),
  ),
  register('one step against the gradient (Goodfellow, Shlens & Szegedy 2015)', 'rotations', bisected, () =>
    fastGradient(),
  ),
  register(
    'descent on the margin from uniform starts (Madry et al. 2018)',
    'rotations',
    descended,
    (_, share) => projectedGradient({ steps: share(40), restarts: 3 }),
  ),
  register(
    'the same with momentum and step sizes that halve themselves (Croce & Hein 2020)',
    'rotations',
    descended,
    (_, share) => autoPgd({ steps: share(100), restarts: 1 }),
  ),
  register(
    'the same by a leaky backward pass, which sees neurons that are off (Athalye et al. 2018)',
    'rotations',
    descended,
    (_, share) =>
      autoPgd({ steps: share(100), restarts: 1, leak: surrogateLeak, name: 'surrogate-gradient' }),
  ),
  register('the same from the flips of the structured attack and of FAB', 'rotations', bisected, (_, share) =>
    guidedDescent({ steps: share(100) }),
  ),
  register(
    'to the nearest linear boundary, again and again (Moosavi-Dezfooli et al. 2016)',
    'rotations',
    exact,
    (_, share) => deepFool({ steps: share(50) }),
  ),
  register(
    'the nearest flip, by linear boundaries biased towards the point (Croce & Hein 2020)',
    'rotations',
    exact,
    (_, share) => fastAdaptiveBoundary({ steps: share(100) }),
  ),
  register(
    'the nearest flip, by Adam on ‖δ‖² + c·margin (Carlini & Wagner 2017)',
    'signed permutations',
    0.03,
    (_, share) => carliniWagner({ steps: share(1000) }),
    { dear: true },
  ),
  register(
    'random search on blocks of coordinates, by scores alone (Andriushchenko et al. 2020)',
    'in law',
    0.1,
    (_, share) => square({ queries: share(5000) }),
    { dear: true },
  ),
  register(
    'away from the own neurons and towards sets of rivals, whether on or off',
    'rotations',
    exact,
    () => structured(),
  ),
  register('the smallest flip of all of them on each point', 'rotations', exact, (direction, share) =>
    ensemble(members(direction, share)),
  ),
];
