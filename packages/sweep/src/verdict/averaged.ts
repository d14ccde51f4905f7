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

/** Bounds that differ from run to run are data themselves: of a ratio by them its sign alone is known beforehand. */
export function averagedOf(
  relation: Inequality,
  judged: readonly JudgedRun[],
  range: Range = anything,
): Averaged {
  const first = judged[0]?.bound ?? Number.NaN;
  const alike = judged.every(({ bound }) => bound === first);
  const positive = judged.every(({ bound }) => bound > 0);
  const ratio: Pick<Averaged, 'of' | 'range'> = {
    of: ({ quantity, bound }: JudgedRun): number => quantity / bound,
    range:
      alike && positive
        ? [range[0] / first, range[1] / first]
        : [positive && range[0] >= 0 ? 0 : -Infinity, Infinity],
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
  if (alike) {
    return { of: ({ quantity }) => quantity, ...edges(first), what: 'quantity', range };
  }
  if (positive) {
    return { ...ratio, ...edges(1), what: 'quantity / bound (the bounds of the runs differ)' };
  }
  return {
    of: ({ quantity, bound }) => quantity - bound,
    ...edges(0),
    what: 'quantity − bound (the bounds of the runs differ, not all positive)',
    range: anything,
  };
}
