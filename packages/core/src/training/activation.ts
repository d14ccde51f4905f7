/** What a hidden neuron does with its pre-activation u = ⟨w, h⟩. All are positively homogeneous, in h and in w. */
import { BadInput } from '../bad-input.js';

export type Activation =
  /** max(u, 0). */
  | { readonly kind: 'relu' }
  /** max(u, αu), 0 ≤ α < 1. */
  | { readonly kind: 'leaky'; readonly slope: number }
  /** max(u, 0)^p, a whole p ≥ 1: C^{p−1}. */
  | { readonly kind: 'power'; readonly power: number }
  /** u: a deep linear net. */
  | { readonly kind: 'identity' }
  /** max(u, 0)^p/‖w‖^{p−1}: of degree 1 in w and p in h. Min & Vidal, ICML 2024 (arXiv 2405.15942), pReLU. */
  | { readonly kind: 'prelu'; readonly power: number };

export const relu: Activation = { kind: 'relu' };
export const identity: Activation = { kind: 'identity' };
export const leaky = (slope: number): Activation => ({ kind: 'leaky', slope });
export const reluPower = (power: number): Activation => ({ kind: 'power', power });
export const prelu = (power: number): Activation => ({ kind: 'prelu', power });

export function checkActivation(activation: Activation): void {
  const { kind } = activation;
  if (kind === 'leaky' && !(activation.slope >= 0 && activation.slope < 1)) {
    throw new BadInput({
      expected: 'a leaky slope 0 ≤ α < 1',
      got: String(activation.slope),
      try: 'leaky(0.1)',
    });
  }
  if (
    (kind === 'power' || kind === 'prelu') &&
    !(Number.isInteger(activation.power) && activation.power >= 1)
  ) {
    throw new BadInput({
      expected: `a whole power p ≥ 1 of the activation ${kind}`,
      got: String(activation.power),
      try: 'power 2',
    });
  }
}

/** x^n for a whole n ≥ 0, by multiplication: no engine's libm. */
export function wholePower(x: number, n: number): number {
  let product = 1;
  for (let i = 0; i < n; i++) product *= x;
  return product;
}

/** Degrees of φ in its weights and in its input: φ(cw, h) = c^a φ(w, h), φ(w, ch) = c^b φ(w, h) for c > 0. */
export function degrees(activation: Activation): { readonly weights: number; readonly input: number } {
  if (activation.kind === 'power') return { weights: activation.power, input: activation.power };
  if (activation.kind === 'prelu') return { weights: 1, input: activation.power };
  return { weights: 1, input: 1 };
}

/** φ(u), before the division by ‖w‖^{p−1} that pReLU asks for. A u that is not a number stays none. */
export function activate(activation: Activation, u: number): number {
  switch (activation.kind) {
    case 'identity':
      return u;
    case 'leaky':
      return u <= 0 ? activation.slope * u : u;
    case 'relu':
      return u <= 0 ? 0 : u;
    case 'power':
    case 'prelu':
      return u <= 0 ? 0 : wholePower(u, activation.power);
  }
}

/** φ′(u), with the left derivative at u = 0. */
export function slopeOf(activation: Activation, u: number): number {
  switch (activation.kind) {
    case 'identity':
      return 1;
    case 'leaky':
      return u > 0 ? 1 : activation.slope;
    case 'relu':
      return u > 0 ? 1 : 0;
    case 'power':
    case 'prelu':
      return u > 0 ? activation.power * wholePower(u, activation.power - 1) : 0;
  }
}
