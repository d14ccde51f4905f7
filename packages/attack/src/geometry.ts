/** What an exact radius needs to know of a norm, one a ball. */
import { l1, linf, type Ball } from './ball.js';
import { l1Solver, linfSolver } from './least-distance-polyhedral.js';
import { euclidean, type Geometry } from './relaxation.js';

/** Of linear programs whose bounds are computed here; a vertex is met to a few units of rounding. */
const tolerance = 1e-10;

/** ℓ2 at once; ℓ∞ and ℓ1 once their linear programs are loaded. */
export async function geometryOf(name: Ball['name']): Promise<Geometry> {
  if (name === 'l2') return euclidean;
  return name === 'linf'
    ? { ball: linf, nearest: await linfSolver(), tolerance }
    : { ball: l1, nearest: await l1Solver(), tolerance };
}
