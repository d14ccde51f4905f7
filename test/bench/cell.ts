/**
 * One cell of ours, with the seconds of each stage: k orthogonal clusters, a net with outputs ±1/m frozen, T steps of
 * η = 0.06144·m·k/d on the logistic loss, then fresh points: clean accuracy, coefficients, the universal direction, and
 * PGD at five radii. The same as each script in `peers`.
 */
import {
  l2,
  marginAt,
  projectedGradient,
  runAttack,
  spanOf,
  universalAttack,
  universalDirection,
  type Span,
  type Target,
} from '@marginalia/attack';
import {
  balancedOutputs,
  binaryObjective,
  cheapestForm,
  descend,
  descendWithTfjs,
  kernelFormOf,
  leading,
  logistic,
  matrix,
  norm,
  Random,
  row,
  sampleKernel,
  timesTransposed,
  type Layer,
  type Network,
  type Precision,
} from '@marginalia/core';
import { clusterCoefficients, decompose, decomposeTriangular } from '@marginalia/theory';
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
  readonly targets: readonly Target[];
}

const testPoints = 1000;

export async function cell(setting: CellSetting, key: unknown): Promise<CellResult> {
  const { dimension, width, sampling, attackSteps = 50 } = setting;
  const random = Random.of(key);
  const stopwatch = new Stopwatch();
  const drawn = draw(setting, random);
  stopwatch.lap('random');

  const layer = await train(setting, drawn, stopwatch);

  const network: Network = { ...layer, readout: { kind: 'linear', outputs: balancedOutputs(width) } };
  coefficients(setting, drawn, layer);
  const span = spanOf(network);
  const seen = fresh(sampling, drawn, layer.weights, testPoints, random.stream('test'));
  const targets = Array.from(seen.labels, (label, i): Target => ({
    network: span.network,
    input: span.point(row(seen.products, i)),
    label,
    ambient: span.ambient,
  }));
  const share = (holds: (target: Target, i: number) => boolean): number =>
    targets.filter(holds).length / targets.length;
  const still = new Float64Array(span.network.weights.columns);
  const cleanAccuracy = share((target) => marginAt(target, still) > 0);
  const { centres, classes } = drawn.distribution;
  const direction = universalDirection(centres, classes);
  const shifts = timesTransposed(
    matrix(1, direction.length, direction),
    leading(layer.weights, direction.length),
  );
  const along = universalAttack(span.direction(shifts.data, norm(direction)));
  const withstood = (attack: typeof along, stream: Random): number[] =>
    radii.map((radius, at) =>
      share(
        (target, i) =>
          runAttack(attack, target, l2, radius * Math.sqrt(dimension), stream.at(testPoints * at + i))
            .kind === 'withstood',
      ),
    );
  const universalAccuracy = withstood(along, random);
  stopwatch.lap('evaluation');

  const robustAccuracy = withstood(projectedGradient({ steps: attackSteps }), random.stream('attack'));
  stopwatch.lap('attack');
  const { seconds } = stopwatch;
  const total = Object.values(seconds).reduce((sum, value) => sum + value, 0);
  return { seconds, total, robustAccuracy, universalAccuracy, cleanAccuracy, span, seen, targets };
}

async function train(setting: CellSetting, { train, start }: Drawn, stopwatch: Stopwatch): Promise<Layer> {
  const { dimension, samples, width, clusters, steps, precision } = setting;
  const { inputs } = train;
  const objective = binaryObjective(logistic, balancedOutputs(width), train.labels);
  const stepSize = (0.06144 * width * clusters) / dimension;
  const options = { start, inputs, objective, stepSize, steps };
  if (setting.trainer === 'tfjs') {
    const { layer } = await descendWithTfjs(options);
    stopwatch.lap('training');
    return layer;
  }
  const entries = inputs.extents?.reduce((sum, extent) => sum + extent / samples, 0) ?? inputs.columns;
  const size = { samples, entries, width: 2 * width, steps, blocks: objective.blockCount };
  const form = precision === 'float32' ? 'gram' : cheapestForm(size);
  const kernel = form === 'plain' ? undefined : sampleKernel(inputs, kernelFormOf(form, precision));
  stopwatch.lap('kernel');
  const { layer } = descend({ ...options, form, precision, ...(kernel ? { kernel } : {}) });
  kernel?.end();
  stopwatch.lap('training');
  return layer;
}

/** λ, where the samples are independent and it is unique. */
function coefficients(
  { sampling, dimension, clusters, samples }: CellSetting,
  drawn: Drawn,
  layer: Layer,
): void {
  if (samples > dimension - clusters) return;
  const { inputs, clusters: assigned } = drawn.train;
  const { weights } = drawn.start;
  const moved = matrix(
    weights.rows,
    weights.columns,
    layer.weights.data.map((value, at) => value - weights.data[at]!),
  );
  const found = sampling === 'law' ? decomposeTriangular(inputs, [moved]) : decompose(inputs, [moved]);
  if (found?.[0]) clusterCoefficients(found[0].coefficients, assigned, clusters, dimension);
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
