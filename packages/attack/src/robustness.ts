/** Everything that is known of a net's robustness at labelled points: certificate, exact radius, best attack. */
import { Random, type Matrix, type Network } from '@marginalia/core';
import { aimAt, bracketOf, type Aimed, type AimOptions } from './aim.js';
import { attackRadius } from './attack.js';
import type { ExactRadius } from './branch-and-bound.js';
import { certifiedRadius } from './certificate.js';
import type { Classifier } from './classifier.js';
import { projectedGradientRadii } from './gradient-search.js';
import { projectedGradient } from './projected-gradient.js';
import { firstCrossing } from './ray.js';
import { marginAt } from './target.js';
import { universalAttack } from './universal-direction.js';

export interface Robustness {
  /** y f(x), or f_y − max_{j ≠ y} f_j of a classifier. */
  readonly margin: number;
  /** margin / Lipschitz constant: nothing smaller flips. */
  readonly certified: number;
  readonly exact: ExactRadius;
  /** The smallest flip that an attack found, and which; Infinity when none did. */
  readonly attacked: { readonly radius: number; readonly attack: string };
}

export interface RobustnessOptions extends Partial<Pick<AimOptions, 'norm'>> {
  /** Σ_j y_j μ_j where known; the mean of y x otherwise. For a classifier the means of its classes serve. */
  readonly direction?: Float64Array;
  /** Convex programs an exact radius may take; what is left open then is said in its `kind`. */
  readonly budget?: number;
}

const thorough = { steps: 40, restarts: 3 };
/** Past twice the upper end of the exact radius nothing is learnt of it. */
const reach = 2;

/**
 * One entry a point, in order. `inputs` is N × d, `labels` (N) are ±1 for a network and 0 … C − 1 for a classifier, whose
 * points are worked class by class. A misclassified point has radius 0 throughout. ℓ2 is worked in the span of the
 * neurons, at no cost in d; ℓ∞ and ℓ1 solve linear programs in R^d, about 0.1 s a point at d = 3000. Throws BadInput for
 * labels or shapes that do not fit, and for ℓ∞ and ℓ1 in reduced coordinates.
 */
export async function robustnessAt(
  net: Network | Classifier,
  inputs: Matrix,
  labels: ArrayLike<number>,
  { norm = 'l2', ...options }: RobustnessOptions = {},
): Promise<readonly Robustness[]> {
  const found: Robustness[] = new Array<Robustness>(inputs.rows);
  const random = Random.of('robustness');
  for (const aimed of await aimAt(net, inputs, labels, { norm, ...options })) {
    const exact = aimed.exact(0, aimed.at.length);
    const searched = descended(aimed, exact, random);
    aimed.targets.forEach((target, i) => {
      const margin = marginAt(target, new Float64Array(target.input.length));
      const step = aimed.ball.steepest(aimed.towards.map((value) => -target.label * value));
      const moves = aimed.ball.size(step) > 0;
      const along = exact[i]!.upper === 0 ? 0 : moves ? firstCrossing(target, step) : Infinity;
      found[aimed.at[i]!] = {
        margin: margin * aimed.unit,
        certified: certifiedRadius(margin, aimed.lipschitz),
        exact: exact[i]!,
        attacked:
          searched[i]! < along
            ? { radius: searched[i]!, attack: projectedGradient().name }
            : { radius: along, attack: universalAttack(aimed.towards).name },
      };
    });
  }
  return found;
}

/** The smallest flips that projected gradient descent found; Infinity where there is none. */
function descended(
  { targets, ball, span, at }: Aimed,
  exact: readonly ExactRadius[],
  random: Random,
): ArrayLike<number> {
  if (span && span.of.network.readout.kind !== 'argmax') {
    const search = { bracket: (i: number) => bracketOf(exact[i]!, reach) };
    return projectedGradientRadii(span.of, span.points, search, random, thorough);
  }
  const attack = projectedGradient(thorough);
  return targets.map((target, i) => {
    if (exact[i]!.upper === 0) return 0;
    const found = attackRadius(attack, target, ball, bracketOf(exact[i]!, reach), random.at(at[i]!));
    return found.kind === 'flipped' ? found.radius : Infinity;
  });
}
