/** The loss-based step size: a round of steps is kept where it has not raised the loss, and taken back otherwise. */
import { log } from '../elementary.js';
import type { Risk } from './risk.js';
import type { LossBased } from './step-rule.js';

export class Scheduler {
  /** Rounds taken back. */
  rejected = 0;
  readonly #rule: LossBased;
  readonly #theta: Float64Array;
  readonly #risk: Risk;
  readonly #before: Float64Array;
  readonly #sizes: Float64Array;
  #alpha: number;
  #logLoss = Number.NaN;

  constructor(rule: LossBased, theta: Float64Array, risk: Risk) {
    this.#rule = rule;
    this.#theta = theta;
    this.#risk = risk;
    this.#before = theta.slice();
    this.#sizes = new Float64Array(risk.propagation.margins.length);
    this.#alpha = rule.start;
  }

  /** Opens a round at θ, where the risk is known; returns log η = log α − log 𝓛. */
  begin(): number {
    const { cap } = this.#rule;
    this.#before.set(this.#theta);
    this.#logLoss = this.#risk.logLoss;
    if (cap !== undefined) {
      this.#risk.propagation.backward();
      const largest = this.#risk.propagation
        .gradientSizes(this.#sizes)
        .reduce((top, size) => Math.max(top, size), 0);
      this.#alpha = Math.min(this.#alpha, cap / largest);
    }
    return log(this.#alpha) - this.#logLoss;
  }

  /** Closes the round: whether it is kept. The risk is known at θ afterwards. */
  end(): boolean {
    // A loss that is not a number has not fallen.
    if (this.#risk.evaluate() <= this.#logLoss) {
      this.#alpha *= this.#rule.grow;
      return true;
    }
    this.#theta.set(this.#before);
    this.#risk.evaluate();
    this.#alpha /= this.#rule.shrink;
    this.rejected++;
    return false;
  }
}
