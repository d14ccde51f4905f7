/** The training loss of a net by its logarithm, and the force −∇𝓛/𝓛 that it exerts on θ. */
import { exp, log } from '../elementary.js';
import type { Matrix } from '../matrix.js';
import { netInputs, parameterCount, type Homogeneous } from './homogeneous.js';
import type { LogLoss } from './log-loss.js';
import { logSumExp } from './log-sum.js';
import { Propagation } from './propagation.js';

export type Reduction = 'sum' | 'mean';

export interface RiskOptions {
  readonly network: Homogeneous;
  /** X, n × d. */
  readonly inputs: Matrix;
  /** y_n ∈ {−1, +1} for one output, classes 0 … C − 1 for more. */
  readonly targets: ArrayLike<number>;
  readonly loss: LogLoss;
  /** 𝓛 = Σ_n ℓ(q_n), as Lyu & Li have it, or the mean of it. */
  readonly reduction?: Reduction;
}

/**
 * 𝓛 at the weights as they are now. −∇𝓛/𝓛 = Σ_n π_n ∇q_n with the pulls π_n = |ℓ′(q_n)|/Σ ℓ(q): numbers of size one,
 * however small the loss.
 */
export class Risk {
  readonly propagation: Propagation;
  /** log 𝓛. */
  logLoss = Number.NaN;
  /** π_n; for the exponential loss they sum to 1. */
  readonly pulls: Float64Array;
  readonly #options: RiskOptions;
  readonly #logs: Float64Array;
  #logSum = Number.NaN;

  constructor(options: RiskOptions) {
    const { network, inputs, targets } = options;
    this.#options = options;
    this.propagation = new Propagation(network, netInputs(network, inputs), targets);
    this.pulls = new Float64Array(inputs.rows);
    this.#logs = new Float64Array(inputs.rows);
  }

  /** log 𝓛. */
  evaluate(): number {
    const { loss, reduction = 'sum' } = this.#options;
    this.propagation.forward();
    const { margins } = this.propagation;
    for (let n = 0; n < margins.length; n++) this.#logs[n] = loss.logValue(margins[n]!);
    this.#logSum = logSumExp(this.#logs);
    this.logLoss = reduction === 'mean' ? this.#logSum - log(margins.length) : this.#logSum;
    return this.logLoss;
  }

  /** F = −∇𝓛/𝓛 at what was evaluated last, into an array of length P. */
  force(into: Float64Array = new Float64Array(parameterCount(this.#options.network))): Float64Array {
    const { margins } = this.propagation;
    for (let n = 0; n < margins.length; n++) {
      this.pulls[n] = exp(this.#options.loss.logSlope(margins[n]!) - this.#logSum);
    }
    this.propagation.backward();
    into.fill(0);
    this.propagation.addGradient(this.pulls, into);
    return into;
  }
}
