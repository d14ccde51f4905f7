/** Several attacks on many points of one net, beside certificates and exact radii: the matter of a masking meter. */
import { BadInput, Random, type Matrix, type Network } from '@marginalia/core';
import { aimAt, bracketOf, type Aimed, type AimOptions } from './aim.js';
import { attackRadius, type Attack } from './attack.js';
import type { ExactRadius } from './branch-and-bound.js';
import { certifiedRadius } from './certificate.js';
import { certificates } from './certificates/registry.js';
import type { Classifier } from './classifier.js';
import { marginAt, marginGradient, type Target } from './target.js';

export interface Evaluation {
  /** y f(x), or f_y − max_{j ≠ y} f_j of a classifier. */
  readonly margin: number;
  /** By Lipschitz constants, of all of R^d and of the ball that is certified. */
  readonly certified: number;
  readonly exact: ExactRadius;
  /** ∂(y f)/∂x = 0 at x: nothing for a gradient attack to follow. */
  readonly gradientVanishes: boolean;
  /** The smallest flip of each attack, in their order; Infinity where it found none, 0 at a misclassified point. */
  readonly attacked: readonly number[];
}

export interface Armament {
  readonly make: (direction: Float64Array) => Attack;
  /**
   * What the attack commutes with. One that does not commute with rotations moves coordinates, and is another attack in
   * those of the span: it is run where the points stand.
   */
  readonly symmetry?: string;
}

export interface EvaluationOptions extends AimOptions {
  /** Each for a universal direction in the coordinates of the targets, as the registry makes them. */
  readonly attacks: readonly Armament[];
  /** Relative width at which the search of a radius ends; 1/256 when absent. */
  readonly tolerance?: number;
  /** Called after every point with the number of those done. */
  readonly onPoint?: (done: number) => void;
}

/** Points whose exact radii are computed together: in full space each may take a second, and progress is owed. */
const together = { span: 100, full: 4 };
/** The certificate that is worth its milliseconds; the exact radius beside it is what decides. */
const thrifty = 'local';
/** An attack that needs more than so many times the exact radius has withstood. */
const reach = 8;

/**
 * One entry a point, in order. Attack a draws for point i from the stream (name of a, i): what it finds depends neither
 * on the other attacks nor on the other points.
 */
export async function evaluateAttacks(
  net: Network | Classifier,
  inputs: Matrix,
  labels: ArrayLike<number>,
  { attacks, tolerance = 1 / 256, onPoint, ...options }: EvaluationOptions,
): Promise<readonly Evaluation[]> {
  const found: Evaluation[] = new Array<Evaluation>(inputs.rows);
  const random = Random.of('evaluation');
  let done = 0;
  const locally = certificates.filter(({ name, norms }) => name === thrifty && norms.includes(options.norm));
  for (const aimed of await aimAt(net, inputs, labels, options)) {
    const { at, targets, ball, unit, lipschitz } = aimed;
    const armed = attacks.map((one) => armedFor(one, aimed));
    const step = aimed.span ? together.span : together.full;
    for (let from = 0; from < at.length; from += step) {
      const exact = aimed.exact(from, Math.min(from + step, at.length));
      exact.forEach((radius, offset) => {
        const target = targets[from + offset]!;
        const place = at[from + offset]!;
        const still = new Float64Array(target.input.length);
        const margin = marginAt(target, still);
        const attacked = armed.map(({ attack, targets: seen }) => {
          if (!(margin > 0) || radius.upper === 0) return 0;
          const search = { ...bracketOf(radius, reach), tolerance };
          const result = attackRadius(
            attack,
            seen[from + offset]!,
            ball,
            search,
            random.stream(attack.name, place),
          );
          return result.kind === 'flipped' ? result.radius : Infinity;
        });
        const gradient = new Float64Array(target.input.length);
        marginGradient(target, still, gradient);
        found[place] = {
          margin: margin * unit,
          certified: Math.max(
            certifiedRadius(margin, lipschitz),
            ...locally.map((one) => one.radius(target, ball)),
          ),
          exact: radius,
          gradientVanishes: gradient.every((value) => value === 0),
          attacked,
        };
        onPoint?.(++done);
      });
    }
  }
  return found;
}

/** Whether an attack may be run in any rotated coordinates, those of the span and those of a run drawn in law among them. */
export const commutesWithRotations = ({ symmetry }: Armament): boolean =>
  symmetry === undefined || symmetry === 'rotations';

function armedFor(
  one: Armament,
  { targets, towards, plain }: Aimed,
): { readonly attack: Attack; readonly targets: readonly Target[] } {
  if (commutesWithRotations(one)) return { attack: one.make(towards), targets };
  if (plain) return { attack: one.make(plain.towards), targets: plain.targets };
  throw new BadInput({
    expected: 'attacks that commute with rotations, for a net in reduced coordinates',
    got: `${one.make(towards).name}, which moves coordinates`,
    try: 'data drawn explicitly',
  });
}
