/**
 * What a contestant says: first one line of facts about itself, then one line an asked cell. Times are in seconds.
 * The names of a request are those that scripts use: d, n, m, T, k.
 */
export interface Request {
  readonly d: number;
  readonly n: number;
  /** Neurons of each sign. */
  readonly m: number;
  readonly T: number;
  readonly k: number;
  readonly pgdSteps: number;
  readonly seed: number;
  /** Cells to run; the one with the median total is told. */
  readonly repeats?: number;
  /** Steps to run of T, of pgdSteps; the time of the rest is extrapolated. */
  readonly trainSteps?: number;
  readonly attackSteps?: number;
}

export interface Facts {
  readonly library: string;
  readonly precision: string;
  readonly threads: number;
  /** The BLAS of a peer, and what it makes of a product of two 512 × 512 matrices. */
  readonly blas?: string;
  readonly gflops?: number;
}

export interface Answer {
  readonly dataAndTrain: number;
  readonly attack: number;
  readonly total: number;
  /** By radius, in the order of `radii`. */
  readonly robustAccuracy: readonly number[];
  readonly cleanAccuracy: number;
  /** Stages of which not all steps were run. */
  readonly extrapolated: readonly string[];
  /** Seconds by stage, as the contestant divides them. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** ε, in units of √d. */
export const radii: readonly number[] = [0.1, 0.2, 0.3, 0.5, 0.7];

/** What a contestant said cannot be used; the message is one line, and begins with its name. */
export class Refused extends Error {}

export function parseFacts(line: string, from: string): Facts {
  const said = parseObject(line, from);
  const { library, precision, threads, blas, gflops } = said;
  if (typeof library !== 'string' || typeof precision !== 'string' || !isPositive(threads)) {
    throw new Refused(`${from} refused: expected its library, precision and threads, got ${shortened(line)}`);
  }
  return {
    library,
    precision,
    threads,
    ...(typeof blas === 'string' ? { blas } : {}),
    ...(isPositive(gflops) ? { gflops } : {}),
  };
}

export function parseAnswer(line: string, from: string): Answer {
  const said = parseObject(line, from);
  const {
    dataAndTrain,
    attack,
    total,
    robustAccuracy,
    cleanAccuracy,
    extrapolated = [],
    seconds = {},
  } = said;
  const wrong = (expected: string): Refused =>
    new Refused(`${from} refused: expected ${expected}, got ${shortened(line)}`);
  if (typeof said['error'] === 'string') throw new Refused(`${from} declined: ${shortened(said['error'])}`);
  if (!isPositive(dataAndTrain) || !isPositive(attack) || !isPositive(total))
    throw wrong('seconds dataAndTrain, attack, total > 0');
  if (dataAndTrain + attack > total * (1 + 1e-9)) throw wrong('a total that is no less than its parts');
  if (!isShare(cleanAccuracy)) throw wrong('a cleanAccuracy in [0, 1]');
  if (
    !Array.isArray(robustAccuracy) ||
    robustAccuracy.length !== radii.length ||
    !robustAccuracy.every(isShare)
  )
    throw wrong(`a robustAccuracy in [0, 1] for each of ${radii.length} radii`);
  return {
    dataAndTrain,
    attack,
    total,
    robustAccuracy,
    cleanAccuracy,
    extrapolated: extrapolated as string[],
    seconds: seconds as Record<string, number>,
  };
}

function parseObject(line: string, from: string): Record<string, unknown> {
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    said = undefined;
  }
  if (typeof said !== 'object' || said === null)
    throw new Refused(`${from} refused: expected a line of JSON, got ${shortened(line)}`);
  return said as Record<string, unknown>;
}

const isPositive = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && Number.isFinite(value);
const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
const shortened = (text: string): string => {
  const line = text.trim().split('\n').at(-1) ?? '';
  return line.length > 80 ? `${line.slice(0, 79)}…` : line || 'nothing';
};
