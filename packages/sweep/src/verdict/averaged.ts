/** What of the runs of an inequality is averaged, and in which range the claim wants the mean. */
import type { About, AtLeast, AtMost } from '@marginalia/theory';
import type { JudgedRun } from './gather.js';

export type Inequality = AtMost | AtLeast | About;
type Range = readonly [least: number, most: number];

export interface Averaged {
  readonly of: (run: JudgedRun) => number;
  readonly bound: number;
  readonly least: number;
  readonly most: number;
  /** In words: `quantity`, or what it became where the bounds of the runs differ. */
  readonly what: string;
  /** What a run can come to at all, by the range of the claim; infinite where nothing is known. */
  readonly range: Range;
}

const anything: Range = [-Infinity, Infinity];

/** The range of what is averaged holds for bounds such as the judged runs have. */
export function averagedOf(
  relation: Inequality,
  judged: readonly JudgedRun[],
  range: Range = anything,
): Averaged {
  const bounds = judged.map(({ bound }) => bound);
  const [smallest, largest] = [Math.min(...bounds), Math.max(...bounds)];
  const ratio: Pick<Averaged, 'of' | 'range'> = {
    of: ({ quantity, bound }: JudgedRun): number => quantity / bound,
    range:
      smallest > 0
        ? [range[0] / (range[0] < 0 ? smallest : largest), range[1] / (range[1] < 0 ? largest : smallest)]
        : anything,
  };
  if (relation.kind === 'about') {
    return {
      ...ratio,
      bound: 1,
      least: 1 - relation.within,
      most: 1 + relation.within,
      what: 'quantity / bound',
    };
  }
  const edges = (bound: number): Pick<Averaged, 'bound' | 'least' | 'most'> =>
    relation.kind === 'at-most'
      ? { bound, least: -Infinity, most: bound }
      : { bound, least: bound, most: Infinity };
  const first = judged[0]?.bound ?? Number.NaN;
  if (judged.every(({ bound }) => bound === first)) {
    return { of: ({ quantity }) => quantity, ...edges(first), what: 'quantity', range };
  }
  if (judged.every(({ bound }) => bound > 0)) {
    return { ...ratio, ...edges(1), what: 'quantity / bound (the bounds of the runs differ)' };
  }
  return {
    of: ({ quantity, bound }) => quantity - bound,
    ...edges(0),
    what: 'quantity − bound (the bounds of the runs differ, not all positive)',
    range: [range[0] - largest, range[1] - smallest],
  };
}
