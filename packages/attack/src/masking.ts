/**
 * The masking meter: do the attacks say what the net's robustness is, or what hides it from them? A pure function from
 * the radii that several attacks found, beside exact ones and certificates, to gaps and flags. Each flag says what would
 * raise it and what to do then. The questions are those of Athalye, Carlini & Wagner (ICML 2018, arXiv 1802.00420, §3.1)
 * and of the flags of AutoAttack (Croce & Hein, ICML 2020, arXiv 2003.01690, and its repository); the answers are sharper
 * here, since a proved radius can be had.
 */
import type { Nature } from './attack-nature.js';

/** Everything by point, N numbers each. */
export interface MaskingEvidence {
  readonly attacks: readonly AttackEvidence[];
  /** The exact radius as an interval; upper = Infinity where no flip is known. */
  readonly exact: readonly { readonly lower: number; readonly upper: number }[];
  /** Certified radii: nothing smaller flips. */
  readonly certified: readonly number[];
  /** Whether the margin's gradient is zero at the point itself; absent where it was not looked at. */
  readonly gradientVanishes?: readonly boolean[];
}

export interface AttackEvidence {
  readonly name: string;
  readonly nature: Nature;
  /** The smallest flip found; Infinity where the attack withstood its search, 0 at a misclassified point. */
  readonly radii: readonly number[];
}

export interface Gap {
  /** Points that are classified rightly and that some displacement is known to flip. */
  readonly points: number;
  /** Of attack radius / exact radius over these, its upper end where it is open: 1 is a perfect attack; NaN of no points. */
  readonly median: number;
  readonly tenth: number;
  readonly ninetieth: number;
  readonly greatest: number;
}

export type FlagName =
  | 'impossible'
  | 'zero-gradient'
  | 'overstated'
  | 'ensemble-overstated'
  | 'search-fails'
  | 'single-step-wins'
  | 'black-box-wins'
  | 'noise-wins'
  | 'structure-wins';

export interface Flag {
  readonly name: FlagName;
  /** `unmeasured`: what it compares was not run. It is not `clear`. */
  readonly kind: 'raised' | 'clear' | 'unmeasured';
  /** What is held against the limit: a share of points, or a ratio of radii; NaN when unmeasured. */
  readonly value: number;
  /** Raised where the value exceeds it. */
  readonly limit: number;
  readonly raisedWhen: string;
  readonly advice: string;
}

export interface Masking {
  /** Attack by attack, in their order, and for the best of all on each point. */
  readonly gaps: readonly (Gap & { readonly attack: string })[];
  readonly best: Gap;
  /** Point by point, the smallest flip known of any attack, and whose; Infinity and '' where there is none. */
  readonly found: readonly { readonly radius: number; readonly attack: string }[];
  readonly flags: readonly Flag[];
}

/** A radius this much above another is no longer the inaccuracy of forty steps, which is about 5 %. */
const mayOverstate = 1.1;
/** Share of points at which an attack may lose by that much to a weaker one: restarts miss now and then. */
const mayLose = 0.05;
/**
 * And to one that knows the data or the neurons, which is no weaker attack: descent from three starts misses it by that much on 13 %
 * of the points of averaged nets whose median radius it has to 2 %.
 */
const mayMiss = 0.25;
/** Share of points with a vanishing gradient that needs no word: none. */
const mayVanish = 0;
/** Relative, of a radius: far above the rounding of a search and of an exact radius (1e-9), far below any method's error. */
const rounding = 1e-6;

export function maskingOf({ attacks, exact, certified, gradientVanishes }: MaskingEvidence): Masking {
  const points = exact.map((_, i) => i);
  const flippable = points.filter((i) => exact[i]!.upper > 0 && exact[i]!.upper < Infinity);
  const bestOf = (natures: (nature: Nature) => boolean): ((i: number) => number) | undefined => {
    const members = attacks.filter(({ nature }) => natures(nature));
    if (members.length === 0) return undefined;
    return (i) => members.reduce((least, { radii }) => Math.min(least, radii[i]!), Infinity);
  };
  const share = (of: readonly number[], holds: (i: number) => boolean): number =>
    of.length > 0 ? of.filter(holds).length / of.length : Number.NaN;

  const gradient = bestOf((nature) => nature === 'gradient');
  const any = bestOf(() => true);
  const meant = bestOf((nature) => nature !== 'noise');
  const gapOf = (radius: (i: number) => number): Gap =>
    spread(flippable.map((i) => radius(i) / exact[i]!.upper));
  /** The share of points at which one finds a flip nearer than the other, by more than descent's inaccuracy. */
  const beats = (
    one: ((i: number) => number) | undefined,
    other: ((i: number) => number) | undefined,
  ): number => (one && other ? share(flippable, (i) => mayOverstate * one(i) < other(i)) : Number.NaN);
  const nature = (wanted: Nature): ((i: number) => number) | undefined => bestOf((one) => one === wanted);

  const values: Readonly<Record<FlagName, number>> = {
    impossible: share(points, (i) => contradicts(i, { attacks, exact, certified })),
    'zero-gradient': gradientVanishes
      ? share(
          points.filter((i) => exact[i]!.upper > 0),
          (i) => gradientVanishes[i]!,
        )
      : Number.NaN,
    overstated: gradient ? gapOf(gradient).median : Number.NaN,
    'ensemble-overstated': meant ? gapOf(meant).median : Number.NaN,
    'search-fails': gradient ? share(flippable, (i) => gradient(i) === Infinity) : Number.NaN,
    'single-step-wins': beats(nature('single-step'), gradient),
    'black-box-wins': beats(nature('query'), gradient),
    'noise-wins': beats(nature('noise'), gradient),
    'structure-wins': beats(nature('structure'), gradient),
  };
  return {
    gaps: attacks.map(({ name, radii }) => ({ attack: name, ...gapOf((i) => radii[i]!) })),
    best: gapOf(any ?? (() => Number.NaN)),
    found: points.map((i) =>
      attacks.reduce(
        (best, { name, radii }) => (radii[i]! < best.radius ? { radius: radii[i]!, attack: name } : best),
        {
          radius: Infinity,
          attack: '',
        },
      ),
    ),
    flags: questions.map((question) => {
      const value = values[question.name];
      const kind = Number.isNaN(value) ? 'unmeasured' : value > question.limit ? 'raised' : 'clear';
      return { ...question, kind, value };
    }),
  };
}

/** A flip below what is proved, or a proof above a flip: one of the two is wrong. */
function contradicts(
  i: number,
  { attacks, exact, certified }: Pick<MaskingEvidence, 'attacks' | 'exact' | 'certified'>,
): boolean {
  const { lower, upper } = exact[i]!;
  const proved = Math.max(lower, certified[i]!) * (1 - rounding);
  return upper < proved || attacks.some(({ radii }) => radii[i]! < proved);
}

/** What is asked, in order of gravity. */
const questions: readonly Omit<Flag, 'kind' | 'value'>[] = [
  {
    name: 'impossible',
    limit: 0,
    raisedWhen: 'an attack flips a point below its certificate or exact radius',
    advice:
      'a bug in an attack, a certificate or the exact solver: believe none of the numbers, and report it',
  },
  {
    name: 'zero-gradient',
    limit: mayVanish,
    raisedWhen: 'the margin of a rightly classified point has gradient zero there',
    advice:
      'gradient attacks cannot start at such points: judge them by the exact radius or by attacks with random starts',
  },
  {
    name: 'overstated',
    limit: mayOverstate,
    raisedWhen: `the best gradient attack needs more than ${mayOverstate} times the exact radius, in the median`,
    advice: 'gradients are masked: quote the exact radius, not the robust accuracy under this attack',
  },
  {
    name: 'ensemble-overstated',
    limit: mayOverstate,
    raisedWhen: `the best attack of all needs more than ${mayOverstate} times the exact radius, in the median`,
    advice:
      'no attack that was run sees the weak direction: quote the exact radius, or attack along the rival neurons',
  },
  {
    name: 'search-fails',
    limit: mayLose,
    raisedWhen: `gradient attacks flip nothing, however large the radius tried, on more than ${mayLose * 100} % of the points`,
    advice:
      'an attack without a bound must succeed everywhere: raise steps and restarts, or distrust its gradients',
  },
  {
    name: 'single-step-wins',
    limit: mayLose,
    raisedWhen: `one step flips ${mayOverstate} times nearer than the iterated attacks on more than ${mayLose * 100} % of the points`,
    advice: 'iterated attacks are stuck in a local optimum: more restarts, or a smaller step',
  },
  {
    name: 'black-box-wins',
    limit: mayLose,
    raisedWhen: `an attack without gradients flips ${mayOverstate} times nearer than those with, on more than ${mayLose * 100} % of the points`,
    advice:
      'gradients mislead: do not quote gradient attacks; raise the queries of the black box, and use exact radii',
  },
  {
    name: 'noise-wins',
    limit: mayLose,
    raisedWhen: `random displacements flip ${mayOverstate} times nearer than gradient attacks on more than ${mayLose * 100} % of the points`,
    advice:
      'the gradient attacks are broken or masked altogether: check their step and their loss before anything else',
  },
  {
    name: 'structure-wins',
    limit: mayMiss,
    raisedWhen: `an attack that knows the data or the neurons flips ${mayOverstate} times nearer than gradients lead, on more than ${mayMiss * 100} % of the points`,
    advice:
      'gradients hide a direction that data or weights give away: keep such attacks in the ensemble, and quote exact radii',
  },
];

function spread(ratios: readonly number[]): Gap {
  const sorted = [...ratios].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    if (low === undefined || high === undefined) return Number.NaN;
    // Infinity − Infinity is no number.
    return low === high ? low : low + (place - Math.floor(place)) * (high - low);
  };
  return {
    points: sorted.length,
    median: at(0.5),
    tenth: at(0.1),
    ninetieth: at(0.9),
    greatest: sorted.at(-1) ?? Number.NaN,
  };
}
