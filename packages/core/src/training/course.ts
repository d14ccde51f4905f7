/** What is seen of a trajectory while it passes: the probe's fold, and how it ended. */
import { log } from '../elementary.js';
import { blowUp, type Ending } from '../ending.js';
import type { Homogeneous } from './homogeneous.js';
import type { Risk } from './risk.js';

/** θ_t, and the whole data at it. Arrays are the trainer's own: read, do not keep. */
export interface TrainingMoment {
  /** Gradients taken so far, those of rounds that were taken back included. */
  readonly step: number;
  /** log 𝓛(θ_t) on all samples, without decay. */
  readonly logLoss: number;
  /** Smooth margins q_n (see `Propagation`), and the margins over the foremost rival. */
  readonly margins: Float64Array;
  readonly leads: Float64Array;
  /** log Σ η over the steps −η∇𝓛 taken so far; −∞ at the start, NaN under rules whose steps are no multiples of ∇𝓛. */
  readonly logTime: number;
  readonly theta: Float64Array;
  /** A view of θ_t. */
  readonly network: Homogeneous;
  /** −∇𝓛/𝓛 on all samples, without decay; computed when asked for. */
  readonly force: () => Float64Array;
}

/** A fold over the moments at which all data were evaluated: every step, or every epoch of mini-batches. */
export interface TrainingProbe<State> {
  readonly start: State;
  readonly fold: (state: State, moment: TrainingMoment) => State;
}

export class Course<State> {
  state: State | undefined;
  readonly #risk: Risk;
  readonly #theta: Float64Array;
  readonly #network: Homogeneous;
  readonly #probe: TrainingProbe<State> | undefined;
  readonly #until: ((moment: TrainingMoment) => boolean) | undefined;
  #initial = Number.NaN;
  #fittedSince = -1;
  #diverged = -1;

  constructor(
    risk: Risk,
    network: Homogeneous,
    theta: Float64Array,
    probe: TrainingProbe<State> | undefined,
    until: ((moment: TrainingMoment) => boolean) | undefined,
  ) {
    this.#risk = risk;
    this.#network = network;
    this.#theta = theta;
    this.#probe = probe;
    this.#until = until;
    this.state = probe?.start;
  }

  /** Looks at θ_t, where the risk is known; false where training ends. */
  see(step: number, logTime: number): boolean {
    const { logLoss, propagation } = this.#risk;
    const { margins, leads } = propagation;
    if (step === 0) this.#initial = logLoss;
    let least = Infinity;
    let finite = Number.isFinite(logLoss);
    for (const lead of leads) {
      if (!Number.isFinite(lead)) finite = false;
      if (lead < least) least = lead;
    }
    if (!(finite && logLoss <= this.#initial + log(blowUp))) {
      this.#diverged = step;
      return false;
    }
    if (!(least > 0)) this.#fittedSince = -1;
    else if (this.#fittedSince < 0) this.#fittedSince = step;
    if (!this.#probe && !this.#until) return true;
    const moment: TrainingMoment = {
      step,
      logLoss,
      margins,
      leads,
      logTime,
      theta: this.#theta,
      network: this.#network,
      force: () => this.#risk.force(),
    };
    if (this.#probe) this.state = this.#probe.fold(this.state as State, moment);
    return !this.#until?.(moment);
  }

  ending(): Ending {
    if (this.#diverged >= 0) return { kind: 'diverged', step: this.#diverged };
    if (this.#fittedSince >= 0) return { kind: 'fitted', step: this.#fittedSince };
    const { leads } = this.#risk.propagation;
    return { kind: 'out-of-steps', unfitted: leads.reduce((count, lead) => count + (lead > 0 ? 0 : 1), 0) };
  }
}
