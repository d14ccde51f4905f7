/** `inspect` for people: the net and its margin, a table of radii, the neurons beside the centres. */
import type { Inspection, Spread } from '../inspect/inspection.js';
import { plural, short } from './number.js';
import type { Paint } from './terminal.js';
import { pad, paragraph, size } from './wrap.js';

/** `2 neurons on R^2`, `6 neurons on R^8, 3 classes`, `10 neurons on R^3072 (1020 coordinates)`. */
export const netWords = ({ width, dimension, ambient, classes }: Inspection['net']): string =>
  `${plural(width, 'neuron')} on R^${ambient}${ambient > dimension ? ` (${dimension} coordinates)` : ''}${classes === null ? '' : `, ${classes} classes`}`;

const marginOf = ({ classes }: Inspection['net']): string => (classes === null ? 'y f(x)' : 'f_y − max f_j');

const rowsOf = (net: Inspection['net']): readonly (readonly [keyof Inspection['summary'], string])[] => [
  ['margin', `margin ${marginOf(net)}`],
  ['certified', 'certified radius (nothing smaller flips)'],
  ['exact', 'exact radius (its proved lower end)'],
  ['attacked', 'attacked radius (a flip was found)'],
];
const statistics: readonly (keyof Spread)[] = ['least', 'median', 'mean', 'greatest'];

export function inspectionText(found: Inspection, width: number, paint: Paint): string {
  const { net, points, accuracy, margin, normalizedMargin, norm, open } = found;
  const head = [
    `${netWords(net)}, ${plural(points, 'point')}, radii in ${norm}`,
    `accuracy ${short(accuracy)}, margin min ${marginOf(net)} = ${short(margin)}, normalised margin / ‖(W, b)‖ = ${short(normalizedMargin)}`,
  ].join('\n');
  return [head, radiiTable(found, paint), doubts(open, points, width), featureTable(found, width, paint)]
    .filter(Boolean)
    .join('\n\n');
}

function radiiTable({ summary, net }: Inspection, paint: Paint): string {
  const rows = rowsOf(net);
  const cells = rows.map(([key]) => statistics.map((statistic) => short(summary[key][statistic])));
  const widths = statistics.map((statistic, i) =>
    Math.max(size(statistic), ...cells.map((line) => size(line[i] as string))),
  );
  const left = Math.max(...rows.map(([, words]) => size(words)));
  const line = (words: string, texts: readonly string[]): string =>
    [pad(words, left), ...texts.map((text, i) => pad(text, widths[i] as number, 'right'))].join('  ');
  return [
    paint('faint', line('', statistics)),
    ...rows.map(([, words], i) => line(words, cells[i] as string[])),
  ].join('\n');
}

function doubts(open: number, points: number, width: number): string {
  if (open === 0) return '';
  return paragraph(
    `Of ${open} of ${plural(points, 'point')} the exact radius is only known to lie in an interval (open); --json has its ends.`,
    width,
    0,
  );
}

/** Of each neuron the centres that it follows most; every number is in --json. */
const shownNeurons = 12;
const shownCentres = 3;

function featureTable({ features, net }: Inspection, width: number, paint: Paint): string {
  if (!features) return '';
  const lines = features.coefficients.slice(0, shownNeurons).map((coefficients, r) => {
    const strongest = coefficients
      .map((coefficient, j) => ({ coefficient, j, cosine: features.cosines[r]?.[j] ?? Number.NaN }))
      .sort((a, b) => Math.abs(b.coefficient) - Math.abs(a.coefficient))
      .slice(0, shownCentres);
    const words = strongest.map(
      ({ j, coefficient, cosine }) => `μ${j}: λ ${short(coefficient, 3)}, cos ${short(cosine, 3)}`,
    );
    return paragraph(`neuron ${r}: ${words.join(';  ')}`, width, 2);
  });
  const more = net.width - shownNeurons;
  return [
    paint(
      'faint',
      `neurons beside the ${plural(features.clusters, 'centre')}: largest coefficients λ, in units of 1/‖μ_j‖², and their cosines`,
    ),
    ...lines,
    ...(more > 0 ? [`  and ${plural(more, 'more neuron')} (all in --json)`] : []),
  ].join('\n');
}
