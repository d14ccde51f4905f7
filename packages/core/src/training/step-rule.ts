/** Step rules as values, and what each does with a force. */
import { BadInput } from '../bad-input.js';
import { exp, log } from '../elementary.js';

export type StepRule =
  /** θ += −η ∇𝓛. */
  | { readonly kind: 'constant'; readonly stepSize: number }
  | LossBased
  /**
   * θ += η_t u with u = −∇𝓛/‖∇𝓛‖ (`by: 'norm'`, Nacson et al. 2019) or −∇𝓛/𝓛 (`by: 'loss'`, Ji & Telgarsky 2021);
   * η_t = η or η/√(t + 1).
   */
  | {
      readonly kind: 'normalised';
      readonly stepSize: number;
      readonly by: 'norm' | 'loss';
      readonly schedule: Schedule;
    }
  /** Heavy ball: v ← μv − η∇𝓛, θ += v. */
  | { readonly kind: 'momentum'; readonly stepSize: number; readonly momentum: number }
  /** Nesterov: v ← μv − η∇𝓛, θ += μv − η∇𝓛; gradients are taken at the point looked ahead to. */
  | { readonly kind: 'nesterov'; readonly stepSize: number; readonly momentum: number }
  /**
   * Ji, Srebro & Telgarsky 2021 (arXiv 2107.00595, Algorithm 1): with F_t = −∇𝓛/𝓛 and β_t = t/(t + 1),
   * g_t = β_t(g_{t−1} + F_t), θ += η(g_t + F_t).
   */
  | { readonly kind: 'dual-acceleration'; readonly stepSize: number }
  /**
   * Steepest descent in a norm other than ℓ2: `linf` moves by η_t sign(−∇𝓛), `l1` moves the one coordinate (the first of
   * the tied) with the largest slope by η_t. `scaled` multiplies by the dual norm of ∇𝓛, as steepest descent proper does.
   */
  | {
      readonly kind: 'steepest';
      readonly norm: 'linf' | 'l1';
      readonly stepSize: number;
      readonly schedule: Schedule;
      readonly scaled: boolean;
    };

export type Schedule = 'constant' | 'inverse-root';

/**
 * Lyu & Li 2020, Appendix: θ += −(α/𝓛) ∇𝓛, for a round of steps with 𝓛 as it was before the round. Where the loss has not
 * grown, α *= `grow`; otherwise the round is taken back and α /= `shrink`. `cap`: α ≤ cap/max_n ‖∇q_n‖², without which
 * a round of one step may lower the loss along the ray while the direction is lost.
 */
export interface LossBased {
  readonly kind: 'loss-based';
  /** α at the start. */
  readonly start: number;
  readonly grow: number;
  readonly shrink: number;
  readonly cap?: number;
  /** Steps between two decisions; an epoch of mini-batches, or one full-batch step, when absent. */
  readonly round?: number;
}

/** The published factors: 2^{1/5} and 2^{1/10}. */
export const publishedScheduler: LossBased = {
  kind: 'loss-based',
  start: 0.1,
  grow: 1.148698354997035,
  shrink: 1.0717734625362931,
};

export function checkRule(rule: StepRule): void {
  const size = rule.kind === 'loss-based' ? rule.start : rule.stepSize;
  const refuse = (expected: string, got: number): never => {
    throw new BadInput({ expected: `${expected} of the rule ${rule.kind}`, got: String(got) });
  };
  if (!(size > 0 && Number.isFinite(size))) refuse('a step size > 0', size);
  if ((rule.kind === 'momentum' || rule.kind === 'nesterov') && !(rule.momentum >= 0 && rule.momentum < 1)) {
    refuse('a momentum 0 ≤ μ < 1', rule.momentum);
  }
  if (rule.kind !== 'loss-based') return;
  if (!(rule.grow >= 1)) refuse('a factor of growth ≥ 1', rule.grow);
  if (!(rule.shrink > 1)) refuse('a factor of shrinkage > 1', rule.shrink);
  if (rule.cap !== undefined && !(rule.cap > 0)) refuse('a cap > 0', rule.cap);
  if (rule.round !== undefined && !(Number.isInteger(rule.round) && rule.round >= 1)) {
    refuse('a whole number of steps a round ≥ 1', rule.round);
  }
}

/**
 * One step: θ moves by the force F = −∇𝓛/𝓛 (with decay, −∇(𝓛 + κ‖θ‖²/2)/𝓛) and log 𝓛. Returns log η where the step was
 * −η∇𝓛, for the effective time Σ η; NaN where it was another one.
 */
export type Step = (theta: Float64Array, force: Float64Array, logLoss: number, step: number) => number;

export function stepOf(rule: Exclude<StepRule, LossBased>, parameters: number): Step {
  const velocity = new Float64Array(parameters);
  const { stepSize } = rule;
  const logStepSize = log(stepSize);
  switch (rule.kind) {
    case 'constant':
      return (theta, force, logLoss) => {
        add(theta, exp(logStepSize + logLoss), force);
        return logStepSize;
      };
    case 'normalised':
      return (theta, force, logLoss, t) => {
        const pace = rule.schedule === 'constant' ? stepSize : stepSize / Math.sqrt(t + 1);
        const size = rule.by === 'loss' ? 1 : euclidean(force);
        if (!(size > 0)) return Number.NaN;
        add(theta, pace / size, force);
        return log(pace / size) - logLoss;
      };
    case 'momentum':
    case 'nesterov':
      return (theta, force, logLoss) => {
        const scale = exp(logStepSize + logLoss);
        const ahead = rule.kind === 'nesterov';
        for (let i = 0; i < theta.length; i++) {
          const v = rule.momentum * velocity[i]! + scale * force[i]!;
          velocity[i] = v;
          theta[i]! += ahead ? rule.momentum * v + scale * force[i]! : v;
        }
        return Number.NaN;
      };
    case 'dual-acceleration':
      return (theta, force, _, t) => {
        const beta = t / (t + 1);
        for (let i = 0; i < theta.length; i++) {
          const g = beta * (velocity[i]! + force[i]!);
          velocity[i] = g;
          theta[i]! += stepSize * (g + force[i]!);
        }
        return Number.NaN;
      };
    case 'steepest':
      return (theta, force, logLoss, t) => {
        let pace = rule.schedule === 'constant' ? stepSize : stepSize / Math.sqrt(t + 1);
        if (rule.norm === 'linf') {
          if (rule.scaled) pace *= exp(logLoss) * force.reduce((sum, value) => sum + Math.abs(value), 0);
          for (let i = 0; i < theta.length; i++) theta[i]! += pace * Math.sign(force[i]!);
          return Number.NaN;
        }
        let best = 0;
        for (let i = 1; i < theta.length; i++) {
          if (Math.abs(force[i]!) > Math.abs(force[best]!)) best = i;
        }
        const slope = force[best]!;
        theta[best]! += rule.scaled ? pace * exp(logLoss) * slope : pace * Math.sign(slope);
        return Number.NaN;
      };
  }
}

/** into += scale · by. */
export function add(into: Float64Array, scale: number, by: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i]! += scale * by[i]!;
}

function euclidean(of: Float64Array): number {
  let sum = 0;
  for (const value of of) sum += value * value;
  return Math.sqrt(sum);
}
