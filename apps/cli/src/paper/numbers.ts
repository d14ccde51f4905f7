/** Every number that a paper may quote, by key. */
import type { Verdict } from '@marginalia/sweep';
import type { Claim } from '@marginalia/theory';
import { aggregate } from '../table/aggregate.js';
import { runColumns } from '../table/columns.js';
import { roundedTo } from '../table/uncertain.js';
import type { Source } from './source.js';

export interface PaperNumber {
  /** `feature-averaging/averaged-radius/low`. */
  readonly key: string;
  /** Shorter keys, where they mean this number and no other. */
  readonly aliases: readonly string[];
  readonly value: number | string;
  /** As it is printed: `0.499`, `-1.2e-9`, `supported`. */
  readonly shown: string;
  /** The standard error of a mean. */
  readonly error?: number;
  /** Which of the folders. */
  readonly folder: number;
  /** How many runs it rests on. */
  readonly runs: number;
}

type Entry = Omit<PaperNumber, 'aliases' | 'folder' | 'key'> & {
  /** From the most explicit to the shortest, without the sweep. */
  readonly names: readonly string[];
};

/**
 * The key of a number begins with its sweep (and preset, where folders of two are given); an alias leaves that out. A key or an
 * alias that two numbers would have is of neither: it then prints `??`, and the longer one does not.
 */
export async function numbersOf(sources: readonly Source[]): Promise<readonly PaperNumber[]> {
  const { unitOf } = await import('@marginalia/sweep');
  const all = sources.flatMap((source, folder) =>
    [...claimEntries(source), ...cellEntries(source, unitOf)].map((entry) => ({ entry, folder })),
  );
  const heads = sources.map(({ identity }) => headOf(identity, sources));
  const spelled = all.map(({ entry, folder }) => [
    ...entry.names.map((name) => keyText(`${heads[folder]}/${name}`)),
    // The whole setting of a cell is said by one key.
    ...entry.names.slice(1).map(keyText),
  ]);
  const uses = new Map<string, number>();
  for (const keys of spelled) for (const key of new Set(keys)) uses.set(key, (uses.get(key) ?? 0) + 1);
  return all.map(({ entry, folder }, at) => {
    const [first = '', ...rest] = spelled[at] ?? [];
    const { names: _, ...number } = entry;
    return {
      ...number,
      key: first,
      aliases: [...new Set(rest)].filter((key) => key !== first && uses.get(key) === 1),
      folder,
    };
  });
}

function headOf({ sweep, preset, seed }: Source['identity'], sources: readonly Source[]): string {
  const among = (fits: (one: Source['identity']) => boolean): boolean =>
    sources.filter(({ identity }) => fits(identity)).length > 1;
  if (!among((one) => one.sweep === sweep)) return sweep;
  return among((one) => one.sweep === sweep && one.preset === preset)
    ? `${sweep}/${preset}/${seed}`
    : `${sweep}/${preset}`;
}

/** Letters that TeX takes as they are within a name. */
const keyText = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll('σ', 'sigma')
    .replaceAll('η', 'eta')
    .replaceAll('ε', 'epsilon')
    .replaceAll(/[^\w@=,.:/+-]/g, '');

function claimEntries({ judged, symbols }: Source): readonly Entry[] {
  const slugs = judged.map(({ claim }) => slugOf(claim));
  return judged.flatMap(({ claim, verdict }) => {
    const slug = slugOf(claim);
    const numbers = claimNumbers(verdict);
    const runs = verdict.runs;
    const entries = Object.entries(numbers).map(([field, number]) => ({
      ...number,
      runs,
      names: [
        `${claim.id}/${field}`,
        `${slug}/${field}`,
        ...(field === 'estimate' ? exponentNames(claim, slugs, symbols) : []),
      ],
    }));
    return entries;
  });
}

const slugOf = ({ id }: Claim): string => id.slice(id.indexOf('/') + 1);

/**
 * Of a claim that something grows like a power of an axis: `radius-exponent-dimension` is also `radius/exponent-d`, and where
 * one claim alone is of a `…-radius`, `averaged-radius/exponent-d`.
 */
function exponentNames(
  { relation, ...claim }: Claim,
  slugs: readonly string[],
  symbols: Readonly<Record<string, string>>,
): readonly string[] {
  if (relation.kind !== 'proportional') return [];
  const slug = slugOf({ relation, ...claim });
  const [, family] = /^(.*)-exponent(?:-.*)?$/.exec(slug) ?? [];
  const symbol = symbols[relation.axis] ?? relation.axis;
  if (family === undefined) return [`${slug}/exponent-${symbol}`];
  const kin = slugs.filter((one) => one.endsWith(`-${family}`));
  return [family, ...(kin.length === 1 ? kin : [])].map((name) => `${name}/exponent-${symbol}`);
}

function claimNumbers(verdict: Verdict): Readonly<Record<string, Pick<Entry, 'value' | 'shown'>>> {
  const { estimate, interval, slack, bound } = verdict;
  const width = interval ? (interval[1] - interval[0]) / 2 : Number.NaN;
  const numbers = {
    estimate: [estimate, width],
    low: [interval?.[0] ?? null, width],
    high: [interval?.[1] ?? null, width],
    slack: [slack, width],
    bound: [bound, Number.NaN],
    alpha: [verdict.alpha, Number.NaN],
    runs: [verdict.runs, Number.NaN],
    units: [verdict.units, Number.NaN],
    held: [verdict.held, Number.NaN],
    violated: [verdict.violated, Number.NaN],
    vacuous: [verdict.vacuous, Number.NaN],
    inconclusive: [verdict.inconclusive, Number.NaN],
  } as const;
  return Object.fromEntries([
    ...Object.entries(numbers).flatMap(([field, [value, error]]) =>
      value === null || !Number.isFinite(value) ? [] : [[field, { value, shown: roundedTo(value, error) }]],
    ),
    ['verdict', { value: verdict.verdict, shown: verdict.verdict }],
  ]) as Readonly<Record<string, Pick<Entry, 'value' | 'shown'>>>;
}

/** Mean and standard error of every headline measurement in every cell; of all measurements where the sweep names no headline. */
function cellEntries(
  { records, identity, symbols }: Source,
  unitOf: (keyingAxes: readonly string[], record: Source['records'][number]) => string,
): readonly Entry[] {
  const { axisNames, keyingAxes, headline } = identity;
  if (records.length === 0) return [];
  const columns = runColumns(records, axisNames, headline, (record) =>
    keyingAxes ? unitOf(keyingAxes, record) : record.id,
  );
  const { rows } = aggregate(columns, axisNames);
  const measurements = columns.headline.length > 0 ? columns.headline : columns.measurements;
  const apart = telling(axisNames, rows);
  const place = (
    axes: readonly string[],
    row: (typeof rows)[number],
    name: (axis: string) => string,
  ): string => axes.map((axis) => `${name(axis)}=${valueText(row[axis])}`).join(',');
  return rows.flatMap((row) => {
    const places = [
      place(axisNames, row, (axis) => axis),
      // Axes that follow from others say nothing more.
      place(apart, row, (axis) => symbols[axis] ?? axis),
    ];
    return measurements.flatMap((name) => {
      const [mean, error] = [Number(row[name] ?? Number.NaN), Number(row[`${name}_se`] ?? Number.NaN)];
      const runs = Number(row[`${name}_n`] ?? row['count']);
      if (!Number.isFinite(mean)) return [];
      const named = (field: string): readonly string[] =>
        places.map((at) => (at === '' ? `${name}/${field}` : `${name}/${at}/${field}`));
      return [
        {
          names: named('mean'),
          value: mean,
          shown: roundedTo(mean, error),
          runs,
          ...(Number.isFinite(error) && { error }),
        },
        ...(Number.isFinite(error)
          ? [{ names: named('se'), value: error, shown: error === 0 ? '0' : roundedTo(error, error), runs }]
          : []),
      ];
    });
  });
}

const valueText = (value: unknown): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value);

/** The axes, from the left, that tell all rows apart. */
function telling(
  axes: readonly string[],
  rows: readonly Readonly<Record<string, unknown>>[],
): readonly string[] {
  const kinds = (some: readonly string[]): number =>
    new Set(rows.map((row) => JSON.stringify(some.map((axis) => row[axis])))).size;
  const chosen: string[] = [];
  for (const axis of axes) if (kinds([...chosen, axis]) > kinds(chosen)) chosen.push(axis);
  return chosen;
}

/** The value that a key prints, and what TeX makes of it. */
export const printed = (shown: string): string => {
  const [, mantissa = shown, power] = /^(-?[\d.]+)(?:e(-?\d+))?$/.exec(shown) ?? [];
  if (power !== undefined) return `\\ensuremath{${mantissa}\\times 10^{${power}}}`;
  return /^-\d/.test(shown) ? `\\ensuremath{${shown}}` : shown;
};
