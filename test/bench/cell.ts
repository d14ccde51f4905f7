/**
 * One cell of ours, with the seconds of each stage: k orthogonal clusters, a net with outputs ±1/m frozen, T steps of
 * η = 0.06144·m·k/d on the logistic loss, then fresh points: clean accuracy, coefficients, the universal direction, and
 * PGD at five radii. The same as each script in `peers`.
 */
import {
  marginsOf,
  shareWithstanding,
  spanOf,
  universalDirection,
  universalRadii,
  type Span,
} from '@marginalia/attack';
import {
  balancedOutputs,
  binaryObjective,
  cheapestForm,
  descend,
  descendWithTfjs,
  descentSize,
  kernelFormOf,
  leading,
  logistic,
  matrix,
  norm,
  Random,
  sampleKernel,
  timesTransposed,
  type Descent,
  type Network,
  type Precision,
} from '@marginalia/core';
import { clusterCoefficients } from '@marginalia/theory';
import { draw, fresh, type Drawn, type DrawOptions, type Seen } from './drawn.js';
import { radii } from './protocol.js';

/** `width` is m, neurons of each sign. `law`: only what training and measuring see of the data is drawn. */
export interface CellSetting extends DrawOptions {
  readonly steps: number;
  readonly precision: Precision;
  readonly attackSteps?: number;
  readonly trainer?: 'ours' | 'tfjs';
}

export type Stage = 'random' | 'kernel' | 'training' | 'evaluation' | 'attack';

export interface CellResult {
  readonly seconds: Readonly<Record<Stage, number>>;
  readonly total: number;
  readonly robustAccuracy: readonly number[];
  readonly universalAccuracy: readonly number[];
  readonly cleanAccuracy: number;
  /** The net and the fresh points, for whoever measures more. */
  readonly span: Span;
  readonly seen: Seen;
}

const testPoints = 1000;

export async function cell(setting: CellSetting, key: unknown): Promise<CellResult> {
  const { dimension, width, clusters, sampling, attackSteps = 50 } = setting;
  const random = Random.of(key);
  const stopwatch = new Stopwatch();
  const drawn = draw(setting, random);
  stopwatch.lap('random');

  const { layer, coefficients } = await train(setting, drawn, stopwatch);
  stopwatch.lap('training');

  const network: Network = {
    ...layer,
    ambient: dimension,
    readout: { kind: 'linear', outputs: balancedOutputs(width) },
  };
  // λ, which descent in weight space does not keep.
  if (coefficients) clusterCoefficients(coefficients, drawn.train.clusters, clusters, dimension);
  const span = spanOf(network);
  const seen = fresh(sampling, drawn, layer.weights, testPoints, random.stream('test'), span.factored);
  const cleanAccuracy = share(marginsOf(network, seen), (margin) => margin > 0);
  const { centres, classes } = drawn.distribution;
  const direction = universalDirection(centres, classes);
  const shifts = timesTransposed(
    matrix(1, direction.length, direction),
    leading(layer.weights, direction.length),
  );
  const reaches = universalRadii(span, seen, span.direction(shifts.data, norm(direction)));
  const sizes = radii.map((radius) => radius * Math.sqrt(dimension));
  const universalAccuracy = sizes.map((size) => share(reaches, (reach) => reach > size));
  stopwatch.lap('evaluation');

  const robustAccuracy = shareWithstanding(span, seen, sizes, random.stream('attack'), {
    steps: attackSteps,
  });
  stopwatch.lap('attack');
  const { seconds } = stopwatch;
  const total = Object.values(seconds).reduce((sum, value) => sum + value, 0);
  return { seconds, total, robustAccuracy, universalAccuracy, cleanAccuracy, span, seen };
}

const share = (values: ArrayLike<number>, holds: (value: number) => boolean): number =>
  Array.from(values).filter(holds).length / values.length;

async function train(
  setting: CellSetting,
  { train: { inputs, labels }, start }: Drawn,
  stopwatch: Stopwatch,
): Promise<Pick<Descent<unknown>, 'layer' | 'coefficients'>> {
  const { dimension, width, clusters, steps, precision } = setting;
  const objective = binaryObjective(logistic, balancedOutputs(width), labels);
  const stepSize = (0.06144 * width * clusters) / dimension;
  const options = { start, inputs, objective, stepSize, steps };
  if (setting.trainer === 'tfjs') return descendWithTfjs(options);
  const form = precision === 'float32' ? 'gram' : cheapestForm(descentSize(options));
  const kernel = form === 'plain' ? undefined : sampleKernel(inputs, kernelFormOf(form, precision));
  stopwatch.lap('kernel');
  const found = descend({ ...options, form, precision, ...(kernel ? { kernel } : {}) });
  kernel?.end();
  return found;
}

class Stopwatch {
  readonly seconds: Record<Stage, number> = { random: 0, kernel: 0, training: 0, evaluation: 0, attack: 0 };
  #since = performance.now();

  lap(stage: Stage): void {
    const now = performance.now();
    this.seconds[stage] += (now - this.#since) / 1000;
    this.#since = now;
  }
}
