/**
 * What a run takes: ms ≈ a + b·cost, fitted on `timings.json`, with a, b ≥ 0. The cost of a sweep is a prediction without a
 * unit; the fit gives it one, and says how far off it is.
 */
import type { Run } from './identity.js';
import { type CostClass, machine, type Timings } from './timings.js';

export interface CostModel {
  /** Milliseconds of a run that costs nothing. */
  readonly a: number;
  /** Milliseconds a unit of cost. */
  readonly b: number;
}

/** A model and what it rests on. */
export interface FittedCost extends CostModel {
  /** Measured over predicted, class by class: the median of the larger of the ratio and its inverse; 1 is exact, as any two classes are met. */
  readonly error: number;
  /** Milliseconds by cost under what the data do not rule out: fits that leave one class out, a law with an exponent of its own. */
  readonly alternatives: readonly ((cost: number) => number)[];
  /** Least and largest of measured over predicted. */
  readonly spread: readonly [number, number];
  readonly runs: number;
  readonly classes: number;
  /** Mean costs of the cheapest and of the dearest class. */
  readonly costs: readonly [number, number];
  /** Workers' milliseconds a run beside the run itself: handing over, journaling, waiting at the end. */
  readonly overheadMs: number;
  /** Milliseconds before the first run of a session. */
  readonly startMs: number;
  /** The machine that was timed, and the code that it ran. */
  readonly machine: string;
  /** Whether that is this machine. */
  readonly here: boolean;
  readonly code: string;
}

/** This machine's timings where there are any, else those of the machine with most runs. Undefined without any run. */
export function fitCost(timings: Timings): FittedCost | undefined {
  const runsOf = (name: string): number =>
    Object.values(timings[name]?.classes ?? {}).reduce((sum, { runs }) => sum + runs, 0);
  const names = Object.keys(timings)
    .filter((name) => runsOf(name) > 0)
    .sort((a, b) => runsOf(b) - runsOf(a) || (a < b ? -1 : 1));
  const name = names.find((one) => one === machine()) ?? names[0];
  const measured = name === undefined ? undefined : timings[name];
  if (name === undefined || !measured) return undefined;
  const points = pointsOf(Object.values(measured.classes));
  const model = fitLine(points);
  const ratios = points.map(({ cost, ms, weight }) => ({ value: ms / msOf(model, cost), weight }));
  const { lanes, starts } = measured;
  return {
    ...model,
    error: weightedMedian(ratios.map(({ value, weight }) => ({ value: Math.max(value, 1 / value), weight }))),
    alternatives: [
      ...(points.length > 2
        ? points.map((_, out) => fitLine(points.filter((__, at) => at !== out)))
        : bothLines(points)
      ).map((line) => (cost: number) => msOf(line, cost)),
      ...powerBeyond(model, points),
    ],
    spread: [Math.min(...ratios.map(({ value }) => value)), Math.max(...ratios.map(({ value }) => value))],
    runs: runsOf(name),
    classes: points.length,
    costs: [points[0]?.cost ?? 0, points.at(-1)?.cost ?? 0],
    overheadMs: lanes && lanes.runs > 0 ? Math.max(0, lanes.ms - lanes.inRuns) / lanes.runs : 0,
    startMs: starts && starts.sessions > 0 ? starts.ms / starts.sessions : 0,
    machine: name,
    here: name === machine(),
    code: measured.code,
  };
}

/** Predicted milliseconds of a run of this cost. */
export const msOf = ({ a, b }: CostModel, cost: number): number => a + b * cost;

interface Point {
  readonly cost: number;
  readonly ms: number;
  readonly weight: number;
}

/** Beyond so many runs a class is known as well as a straight line can use. */
const enoughRuns = 16;
/** What a clock resolves: a class of no-ops may sum to nothing. */
const leastMs = 1e-4;

/** Mean cost and mean duration of each class, by rising cost. */
const pointsOf = (classes: readonly CostClass[]): readonly Point[] =>
  classes
    .filter(({ runs }) => runs > 0)
    .map(({ runs, cost, ms }) => ({
      cost: cost / runs,
      ms: Math.max(leastMs, ms / runs),
      weight: Math.min(runs, enoughRuns),
    }))
    .sort((x, y) => x.cost - y.cost);

/** Values of a/b that are tried between a hundredth of the least cost and a hundred times the largest. */
const steps = 400;

/**
 * Least Σ weight·|log ms − log(a + b·cost)|: a ratio counts as its inverse does, and one class that was disturbed moves
 * nothing. For each a/b the best b is a weighted median; a/b runs over a grid, the two lines through the origin and at rest
 * included.
 */
function fitLine(points: readonly Point[]): CostModel {
  const positive = points.map(({ cost }) => cost).filter((cost) => cost > 0);
  if (positive.length === 0) return atRest(points);
  if (points.length === 1) return throughOrigin(points);
  const [low, high] = [Math.log(Math.min(...positive) / 100), Math.log(Math.max(...positive) * 100)];
  const ratios = Array.from({ length: steps + 1 }, (_, i) => Math.exp(low + ((high - low) * i) / steps));
  const lines = [
    ...(positive.length === points.length ? [throughOrigin(points)] : []),
    ...ratios.map((ratio) => {
      const b = Math.exp(middle(points, ({ cost, ms }) => Math.log(ms) - Math.log(ratio + cost)));
      return { a: ratio * b, b };
    }),
    atRest(points),
  ];
  const loss = (line: CostModel): number =>
    points.reduce((sum, { cost, ms, weight }) => sum + weight * Math.abs(Math.log(ms / msOf(line, cost))), 0);
  return lines
    .map((line) => ({ line, loss: loss(line) }))
    .reduce((best, one) => (one.loss < best.loss ? one : best)).line;
}

/** One or two costs do not say whether time grows with them or not. */
const bothLines = (points: readonly Point[]): readonly CostModel[] =>
  points.every(({ cost }) => cost > 0) ? [throughOrigin(points), atRest(points)] : [atRest(points)];

/**
 * Beyond the dearest class, ms ∝ cost^β with β the median slope between classes on logarithmic axes (Theil 1950, Sen 1968):
 * costs that grow otherwise than time does show there. Up to it, the line.
 */
function powerBeyond(line: CostModel, points: readonly Point[]): readonly ((cost: number) => number)[] {
  const positive = points.filter(({ cost }) => cost > 0);
  const slopes = positive.flatMap((one, at) =>
    positive.slice(at + 1).map((other) => ({
      value: Math.log(other.ms / one.ms) / Math.log(other.cost / one.cost),
      weight: Math.min(one.weight, other.weight),
    })),
  );
  const last = positive.at(-1);
  if (slopes.length < 3 || !last) return [];
  const exponent = weightedMedian(slopes);
  return [(cost) => msOf(line, Math.min(cost, last.cost)) * Math.max(1, cost / last.cost) ** exponent];
}

const throughOrigin = (points: readonly Point[]): CostModel => ({
  a: 0,
  b: Math.exp(middle(points, ({ cost, ms }) => Math.log(ms / cost))),
});
const atRest = (points: readonly Point[]): CostModel => ({
  a: Math.exp(middle(points, ({ ms }) => Math.log(ms))),
  b: 0,
});

const middle = (points: readonly Point[], of: (point: Point) => number): number =>
  weightedMedian(points.map((point) => ({ value: of(point), weight: point.weight })));

/** The value at which half of the weight is reached; between two where it is reached exactly. */
function weightedMedian(values: readonly { readonly value: number; readonly weight: number }[]): number {
  const sorted = [...values].sort((x, y) => x.value - y.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let sum = 0;
  for (const [at, { value, weight }] of sorted.entries()) {
    sum += weight;
    if (sum > half) return value;
    if (sum === half) return (value + (sorted[at + 1]?.value ?? value)) / 2;
  }
  return Number.NaN;
}

/** Milliseconds: the likely value and what it may well lie between. */
export interface Forecast {
  readonly ms: number;
  readonly least: number;
  readonly most: number;
}

/** A machine that does something else as well, or clocks lower when all cores work: never predicted closer than this. */
const disturbance = 1.15;

/** Workers and the bytes that runs at work may take together: see `memoryForRuns`. */
export interface Room {
  readonly threads: number;
  readonly memory: number;
}

/**
 * From the first word to the last run. The range holds the alternatives, so that it widens where the plan goes
 * beyond what was timed, times the spread of the classes about the fit.
 */
export function forecast(fitted: FittedCost, runs: readonly Run[], room: Room): Forecast {
  if (runs.length === 0) return { ms: 0, least: 0, most: 0 };
  const under = (durationOf: (cost: number) => number): number =>
    fitted.startMs + makespan(runs, (cost) => durationOf(cost) + fitted.overheadMs, room);
  const ms = under((cost) => msOf(fitted, cost));
  const all = [ms, ...fitted.alternatives.map(under)];
  const [low, high] = fitted.spread;
  return {
    ms,
    least: Math.min(...all) * Math.min(low, 1 / disturbance),
    most: Math.max(...all) * Math.max(high, disturbance),
  };
}

/**
 * The time of workers that start the longest units first: at least a worker's share of all work, the longest run, and what
 * memory lets through at a time. The largest of the three, for that order is at most a third above the best.
 */
function makespan(
  runs: readonly Run[],
  durationOf: (cost: number) => number,
  { threads, memory }: Room,
): number {
  let [work, longest, byMemory] = [0, 0, 0];
  for (const { cost, memory: needs = 0 } of runs) {
    const ms = durationOf(cost);
    work += ms;
    longest = Math.max(longest, ms);
    byMemory += (ms * needs) / memory;
  }
  return Math.max(work / Math.min(threads, runs.length), longest, byMemory);
}
