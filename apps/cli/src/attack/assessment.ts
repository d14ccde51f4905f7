/** What `attack` says of a net at labelled points: the document of `--json`, and the matter of its tables. */
import {
  evaluateAttacks,
  maskingOf,
  natureOf,
  radiiAround,
  robustAccuracy,
  type Gap,
  type Masking,
  type Nature,
  type RobustShare,
} from '@marginalia/attack';
import { matrix } from '@marginalia/core';
import { shapeOf, type Inspection } from '../inspect/inspection.js';
import {
  networkOf,
  type MeasuredPoint,
  type Net,
  type Norm,
  type Points,
} from '../inspect/measure-points.js';
import type { Chosen } from './choose.js';

export interface AssessedAttack {
  readonly name: string;
  readonly nature: Nature;
  readonly about: string;
  /** Half of the points were flipped within it; Infinity where more than half withstood. */
  readonly medianRadius: number;
  readonly gap: Gap;
  /** Share of points that it did not flip, a number a radius. */
  readonly robustAccuracy: readonly number[];
}

export interface Assessment {
  readonly net: Inspection['net'];
  readonly norm: Norm;
  readonly points: number;
  /** Share of points of positive margin. */
  readonly accuracy: number;
  /** Points whose exact radius stayed an interval. */
  readonly open: number;
  readonly radii: readonly number[];
  /** Of the intervals, at one radius. */
  readonly level: number;
  readonly attacks: readonly AssessedAttack[];
  /** Share of points that certificates alone prove robust, without exact radii; a number a radius. */
  readonly byCertificates: readonly number[];
  readonly curve: readonly (Omit<RobustShare, 'exact'> & { readonly exact: number | null })[];
  readonly masking: Pick<Masking, 'best' | 'flags'>;
  readonly perPoint: readonly (Pick<MeasuredPoint, 'margin' | 'certified' | 'exact'> & {
    readonly label: number;
    readonly best: { readonly radius: number; readonly attack: string };
    /** The radius that each attack found, by its name. */
    readonly attacked: Readonly<Record<string, number>>;
  })[];
}

const level = 0.95;

export async function assess(
  net: Net,
  data: Points,
  {
    norm,
    attacks,
    radii,
    onPoint,
  }: {
    readonly norm: Norm;
    readonly attacks: readonly Chosen[];
    /** Around the median exact radius when absent. */
    readonly radii: readonly number[] | undefined;
    readonly onPoint: (done: number) => void;
  },
): Promise<Assessment> {
  const inputs = matrix(data.count, net.dimension, data.inputs);
  const found = await evaluateAttacks(networkOf(net), inputs, data.labels, { norm, attacks, onPoint });
  const exact = found.map((point) => point.exact);
  const certified = found.map((point) => point.certified);
  const evidence = attacks.map(({ name }, a) => ({
    name,
    nature: natureOf(name),
    radii: found.map(({ attacked }) => attacked[a] as number),
  }));
  const masking = maskingOf({
    attacks: evidence,
    exact,
    certified,
    gradientVanishes: found.map(({ gradientVanishes }) => gradientVanishes),
  });
  const at = radii ?? radiiAround(exact.map(({ upper }) => upper));
  const none = found.map(() => 0);
  const curve = robustAccuracy(
    {
      proved: found.map((point) => Math.max(point.exact.lower, point.certified)),
      // The end of an exact radius is a flip as well.
      flipped: found.map((point, i) => Math.min(point.exact.upper, masking.found[i]?.radius ?? Infinity)),
    },
    at,
    level,
  );
  return {
    net: shapeOf(net),
    norm,
    points: data.count,
    accuracy: found.filter(({ margin }) => margin > 0).length / data.count,
    open: exact.filter(({ kind }) => kind === 'open').length,
    radii: at,
    level,
    attacks: attacks.map(({ name, about }, a) => {
      const { radii: reached, nature } = evidence[a] as (typeof evidence)[number];
      const { attack: _, ...gap } = masking.gaps[a] as Masking['gaps'][number];
      return {
        name,
        nature,
        about,
        medianRadius: reached.toSorted((one, other) => one - other)[
          Math.ceil(reached.length / 2) - 1
        ] as number,
        gap,
        robustAccuracy: robustAccuracy({ proved: none, flipped: reached }, at, level).map(
          ({ attacked }) => attacked,
        ),
      };
    }),
    byCertificates: robustAccuracy({ proved: certified, flipped: none }, at, level).map(
      (share) => share.certified,
    ),
    curve: curve.map(({ exact: closed, ...share }) => ({ ...share, exact: closed ?? null })),
    masking: { best: masking.best, flags: masking.flags },
    perPoint: found.map((point, i) => ({
      label: data.labels[i] as number,
      margin: point.margin,
      certified: { radius: point.certified },
      exact: { lower: point.exact.lower, upper: point.exact.upper, kind: point.exact.kind },
      best: masking.found[i] as Masking['found'][number],
      attacked: Object.fromEntries(attacks.map(({ name }, a) => [name, point.attacked[a] as number])),
    })),
  };
}
