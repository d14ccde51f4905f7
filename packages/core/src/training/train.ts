/** Training a homogeneous net by any step rule, to losses far below the least number of float64. */
import { BadInput } from '../bad-input.js';
import { exp, log } from '../elementary.js';
import type { Ending } from '../ending.js';
import { matrix, row } from '../matrix.js';
import type { Random } from '../random/random.js';
import { batchesOf, checkBatches, type Batches } from './batches.js';
import { Course, type TrainingMoment, type TrainingProbe } from './course.js';
import { atParameters, parametersOf, type Homogeneous } from './homogeneous.js';
import { logAddExp } from './log-sum.js';
import { Risk, type RiskOptions } from './risk.js';
import { Scheduler } from './scheduler.js';
import { add, checkRule, stepOf, type StepRule } from './step-rule.js';

interface TrainSetting extends RiskOptions {
  readonly rule: StepRule;
  /** T: gradients to take at most. */
  readonly steps: number;
  /** κ: adds (κ/2)‖θ‖² to what is minimised. */
  readonly decay?: number;
  /** All samples at once when absent. 𝓛 of a batch is the sum, or the mean, over the batch. */
  readonly batches?: Batches;
  /** Orders the mini-batches. */
  readonly random?: Random;
}

export interface TrainOptions<State> extends TrainSetting {
  readonly probe?: TrainingProbe<State>;
  /** Ends training early. */
  readonly until?: (moment: TrainingMoment) => boolean;
}

export interface Trained<State> {
  readonly network: Homogeneous;
  readonly ending: Ending;
  /** Gradients taken. */
  readonly steps: number;
  /** log 𝓛 at the end, of all samples and without decay. */
  readonly logLoss: number;
  /** log Σ η over the steps −η∇𝓛 that were kept; NaN under rules whose steps are no multiples of ∇𝓛. */
  readonly logTime: number;
  readonly margins: Float64Array;
  readonly leads: Float64Array;
  /** Rounds of the loss-based rule that were taken back. */
  readonly rejected: number;
  /** What the probe folded to; undefined without one. */
  readonly folded: State;
}

/**
 * θ_{t+1} from θ_t by `rule`. The net that is handed in is not changed. One thread, sums in a fixed order: the same options
 * give the same bits.
 */
export function train<State = undefined>(options: TrainOptions<State>): Trained<State> {
  const { network, inputs, rule, steps, batches, probe, until } = options;
  check(options);
  const theta = parametersOf(network);
  const moving = atParameters(network, theta);
  const risk = new Risk({ ...options, network: moving });
  const force = new Float64Array(theta.length);
  const course = new Course(risk, moving, theta, probe, until);
  const next = source(options, moving, risk);
  const epoch = batches ? Math.ceil(inputs.rows / batches.size) : 1;
  const progress = { step: 0, logTime: -Infinity, rejected: 0 };
  risk.evaluate();
  let running = course.see(0, -Infinity);

  if (rule.kind === 'loss-based') {
    const scheduler = new Scheduler(rule, theta, risk);
    while (running && progress.step < steps) {
      const length = Math.min(rule.round ?? epoch, steps - progress.step);
      const logStepSize = scheduler.begin();
      for (let i = 0; i < length; i++) {
        if (i > 0 && !batches) risk.evaluate();
        // η = α/𝓛 stands for the whole round: the step is η 𝓛_now F_now.
        const logLoss = next(theta, force);
        add(theta, exp(logStepSize + logLoss), force);
      }
      progress.step += length;
      if (!scheduler.end()) continue;
      progress.logTime = logAddExp(progress.logTime, logStepSize + log(length));
      running = course.see(progress.step, progress.logTime);
    }
    progress.rejected = scheduler.rejected;
  } else {
    const step = stepOf(rule, theta.length);
    while (running && progress.step < steps) {
      const logLoss = next(theta, force);
      progress.logTime = logAddExp(progress.logTime, step(theta, force, logLoss, progress.step));
      progress.step++;
      if (progress.step % epoch !== 0 && progress.step < steps) continue;
      risk.evaluate();
      running = course.see(progress.step, progress.logTime);
    }
  }
  return {
    network: moving,
    ending: course.ending(),
    steps: progress.step,
    logLoss: risk.logLoss,
    logTime: progress.logTime,
    margins: risk.propagation.margins,
    leads: risk.propagation.leads,
    rejected: progress.rejected,
    folded: course.state as State,
  };
}

function check({ rule, steps, decay = 0, batches, inputs, random }: TrainSetting): void {
  checkRule(rule);
  if (!(Number.isInteger(steps) && steps >= 0)) {
    throw new BadInput({ expected: 'a whole number of steps T ≥ 0', got: String(steps), try: 'steps 100' });
  }
  if (!(decay >= 0 && Number.isFinite(decay))) {
    throw new BadInput({ expected: 'a weight decay κ ≥ 0', got: String(decay) });
  }
  if (inputs.rows === 0) throw new BadInput({ expected: 'at least one sample', got: 'none' });
  if (!batches) return;
  checkBatches(batches, inputs.rows);
  if (!random) throw new BadInput({ expected: 'a random stream that orders the batches', got: 'none' });
}

/** Fills the force at θ, of the next batch or of all samples (where the risk is known), and returns its log 𝓛. */
function source(
  options: TrainSetting,
  network: Homogeneous,
  risk: Risk,
): (theta: Float64Array, force: Float64Array) => number {
  const { inputs, targets, batches, random, decay = 0 } = options;
  const pull = (of: Risk, theta: Float64Array, force: Float64Array): number => {
    of.force(force);
    if (decay > 0) add(force, -decay * exp(-of.logLoss), theta);
    return of.logLoss;
  };
  if (!batches || !random) return (theta, force) => pull(risk, theta, force);
  let epoch = 0;
  let queue: Int32Array[] = [];
  return (theta, force) => {
    if (queue.length === 0) queue = batchesOf(batches, inputs.rows, epoch++, random);
    const chosen = queue.shift()!;
    const part = matrix(chosen.length, inputs.columns);
    const own = new Float64Array(chosen.length);
    chosen.forEach((from, to) => {
      row(part, to).set(row(inputs, from));
      own[to] = targets[from]!;
    });
    const batch = new Risk({ ...options, network, inputs: part, targets: own });
    batch.evaluate();
    return pull(batch, theta, force);
  };
}
