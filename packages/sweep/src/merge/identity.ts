/** One `sweep.json` for several folders of one sweep. */
import { BadInput, canonical } from '@marginalia/core';
import type { AxisValue } from '@marginalia/theory';
import { byText, byValue, type SweepIdentity } from '../results.js';

export interface Source {
  readonly out: string;
  readonly identity: SweepIdentity;
}

/** Throws BadInput unless all are of one sweep, seed and code, naming two folders that are not. */
export function refuseUnlike([first, ...others]: readonly Source[]): void {
  for (const other of others) {
    for (const [field, remedy] of [
      ['sweep', 'merging the folders of one sweep'],
      ['seed', 'merging the folders of one seed; those of several are independent, and no one table'],
      ['code', 'running one of them again under the code of the other'],
    ] as const) {
      const [one, and] = [first?.identity[field], other.identity[field]];
      if (one === and || first === undefined) continue;
      throw new BadInput({
        expected: `results of one ${field}`,
        got: `${short(field, one)} in ${first.out} and ${short(field, and)} in ${other.out}`,
        try: remedy,
      });
    }
  }
}

/** Of a fingerprint, as much as tells two apart. */
const short = (field: string, value: string | undefined): string =>
  field === 'code' ? `code ${value?.slice(0, 12)}` : `${field} ${value}`;

/**
 * The same whatever the order of the folders, and combined with one of them again the same: the values of each axis
 * united, the most replicates, the first preset by name. What was typed (`set`) and how many cells and runs were planned
 * stay where all agree, as the shards of one plan do; else the values alone say what the plan is. `standing`: what the
 * target already has, whose reference stays.
 */
export function united(sources: readonly Source[], standing: SweepIdentity | undefined): SweepIdentity {
  const all = sources.map(({ identity }) => identity);
  const [first] = all;
  if (first === undefined) throw new BadInput({ expected: 'folders to merge', got: 'none' });
  const agreed = (...fields: readonly (keyof SweepIdentity)[]): boolean =>
    fields.every((field) => all.every((one) => spelled(one[field]) === spelled(first[field])));
  const most = (of: (one: SweepIdentity) => number): number => Math.max(1, ...all.map(of));
  const lists = <Value>(of: (one: SweepIdentity) => readonly Value[] | undefined): (readonly Value[])[] =>
    all.flatMap((one) => [of(one) ?? []].filter((list) => list.length > 0));
  const names = orderUniting(
    lists(({ axisNames }) => axisNames),
    byText,
  );
  const replicates = most((one) => one.replicates);
  const mostReplicates = most((one) => one.mostReplicates ?? one.replicates);
  const parts = all.find((one) => one.parts)?.parts;
  return {
    sweep: first.sweep,
    preset: all.map(({ preset }) => preset).sort(byText)[0] ?? first.preset,
    seed: first.seed,
    code: first.code,
    axisNames: names,
    ...(all.some(({ keyingAxes }) => keyingAxes)
      ? {
          keyingAxes: orderUniting(
            lists((one) => one.keyingAxes),
            byText,
          ),
        }
      : {}),
    ...(all.some(({ headline }) => headline)
      ? {
          headline: orderUniting(
            lists((one) => one.headline),
            byText,
          ),
        }
      : {}),
    values: Object.fromEntries(
      names.map((name) => [
        name,
        orderUniting<AxisValue>(
          lists(({ values }) => values[name]),
          byValue,
        ),
      ]),
    ),
    replicates,
    ...(first.set && agreed('preset', 'values', 'set') ? { set: first.set } : {}),
    ...(first.cells !== undefined && agreed('preset', 'values', 'cells') ? { cells: first.cells } : {}),
    ...(parts ? { parts } : {}),
    ...(mostReplicates > replicates ? { mostReplicates } : {}),
    ...(first.planned !== undefined && agreed('values', 'replicates', 'mostReplicates', 'planned')
      ? { planned: first.planned }
      : {}),
    reference: standing?.reference ?? all.map(({ reference }) => reference).sort(byText)[0] ?? '',
  };
}

const spelled = (field: unknown): string => (field === undefined ? '' : canonical(field));

/**
 * Every value once. The order of a list that has all of them stands, where all such lists agree: shards of one plan
 * keep its grid. Otherwise they are sorted.
 */
function orderUniting<Value>(
  lists: readonly (readonly Value[])[],
  order: (a: Value, b: Value) => number,
): Value[] {
  const values = new Set(lists.flat());
  const complete = lists.map((list) => [...new Set(list)]).filter((list) => list.length === values.size);
  const [one, ...others] = complete;
  const agree = one && others.every((other) => other.every((value, at) => value === one[at]));
  return agree ? one : [...values].sort(order);
}
