/** One `sweep.json` for several folders of one sweep. */
import { BadInput } from '@marginalia/core';
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
 * The same whatever the order of the folders, and combined with one of them again the same: presets joined by `+`, the
 * values of each axis united, the most replicates. `standing`: the identity that the target already has, if any.
 */
export function united(sources: readonly Source[], standing: SweepIdentity | undefined): SweepIdentity {
  const all = sources.map(({ identity }) => identity);
  const [first] = all;
  if (first === undefined) throw new BadInput({ expected: 'folders to merge', got: 'none' });
  const presets = [...new Set(all.flatMap(({ preset }) => preset.split('+')))].sort(byText);
  const names = orderUniting(
    all.map(({ axisNames }) => axisNames),
    byText,
  );
  const keying = all.flatMap(({ keyingAxes }) => (keyingAxes ? [keyingAxes] : []));
  const headlines = all.flatMap(({ headline }) => (headline ? [headline] : []));
  return {
    sweep: first.sweep,
    preset: presets.join('+'),
    seed: first.seed,
    code: first.code,
    axisNames: names,
    ...(keying.length === 0 ? {} : { keyingAxes: orderUniting(keying, byText) }),
    ...(headlines.length === 0 ? {} : { headline: orderUniting(headlines, byText) }),
    values: Object.fromEntries(
      names.map((name) => [
        name,
        orderUniting<AxisValue>(
          all.map(({ values }) => values[name] ?? []),
          byValue,
        ),
      ]),
    ),
    replicates: all.reduce((most, { replicates }) => Math.max(most, replicates), 1),
    reference: standing?.reference ?? all.map(({ reference }) => reference).sort(byText)[0] ?? '',
  };
}

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
