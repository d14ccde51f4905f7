/** `attack` for people: a row an attack, the band of robust accuracy, and what the masking meter says. */
import type { Flag } from '@marginalia/attack';
import type { Assessment } from '../attack/assessment.js';
import { netWords } from './inspection.js';
import { interval, plural, short } from './number.js';
import type { Paint } from './terminal.js';
import { pad, paragraph, size } from './wrap.js';

export function assessmentText(found: Assessment, width: number, paint: Paint): string {
  const { net, points, norm, accuracy, open } = found;
  const head = [
    `${netWords(net)}, ${plural(points, 'point')}, ${norm}`,
    `accuracy ${short(accuracy)}, exact radii ${open === 0 ? 'all proved' : `proved of ${points - open}, open of ${open}`}`,
  ].join('\n');
  return [
    head,
    ...attackTables(found, width, paint),
    bandTable(found, width, paint),
    maskingText(found, width, paint),
  ].join('\n\n');
}

/** Columns of numbers under heads, right-aligned, beside names on the left. */
function table(heads: readonly string[], rows: readonly (readonly string[])[], paint: Paint): string {
  const widths = heads.map((head, at) =>
    Math.max(size(head), ...rows.map((line) => size(line[at] as string))),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, at) => pad(text, widths[at] as number, at === 0 ? 'left' : 'right'))
      .join('  ')
      .trimEnd();
  return [paint('faint', line(heads)), ...rows.map(line)].join('\n');
}

const heading = 'robust accuracy at radius';

/** Radii a table: as many as fit beside the names. */
function attackTables(
  { attacks, radii, curve, byCertificates }: Assessment,
  width: number,
  paint: Paint,
): string[] {
  const names = [
    heading,
    ...attacks.map(({ name }) => name),
    'no flip known',
    'proved robust',
    '  by certificates alone',
  ];
  const cell = Math.max(5, ...radii.map((radius) => size(short(radius, 3)))) + 2;
  const fit = Math.max(1, Math.floor((width - Math.max(...names.map(size)) - 20) / cell));
  const blocks = Array.from({ length: Math.ceil(radii.length / fit) }, (_, block) =>
    radii.map((_, at) => at).slice(block * fit, (block + 1) * fit),
  );
  return blocks.map((block) => {
    const shares = (of: (at: number) => number): string[] => block.map((at) => short(of(at), 3));
    const curveOf = (key: 'attacked' | 'certified') => (at: number) => curve[at]?.[key] ?? Number.NaN;
    return table(
      [heading, 'median', '÷ exact', ...block.map((at) => short(radii[at], 3))],
      [
        ...attacks.map(({ name, medianRadius, gap, robustAccuracy }) => [
          name,
          short(medianRadius),
          short(gap.median),
          ...shares((at) => robustAccuracy[at] ?? Number.NaN),
        ]),
        ['no flip known', '', '', ...shares(curveOf('attacked'))],
        ['proved robust', '', '', ...shares(curveOf('certified'))],
        ['  by certificates alone', '', '', ...shares((at) => byCertificates[at] ?? Number.NaN)],
      ],
      paint,
    );
  });
}

function bandTable({ curve, level, points }: Assessment, width: number, paint: Paint): string {
  const rows = curve.map(({ radius, certified, attacked, exact, interval: [lower, upper] }) => [
    short(radius, 3),
    exact === null ? `${short(certified, 3)} … ${short(attacked, 3)}` : short(exact, 3),
    interval([lower, upper]),
  ]);
  const about =
    `Robust accuracy on these points, as a band where it is not proved; and a ${level * 100} % interval (Clopper–Pearson) ` +
    `for that of their law, at each radius by itself, if they are ${plural(points, 'independent draw')} that the net has not seen.`;
  return `${table(['radius', 'accuracy', 'interval'], rows, paint)}\n${paragraph(about, width, 0)}`;
}

function maskingText({ masking: { best, flags } }: Assessment, width: number, paint: Paint): string {
  const of = (kind: Flag['kind']): readonly Flag[] => flags.filter((flag) => flag.kind === kind);
  const names = (some: readonly Flag[]): string => some.map(({ name }) => name).join(', ');
  const gap =
    best.points === 0
      ? 'masking: no point that a displacement could flip'
      : `masking: best attack ÷ exact radius: median ${short(best.median)}, 10 % … 90 % ${short(best.tenth)} … ${short(best.ninetieth)}, greatest ${short(best.greatest)}`;
  const raised = of('raised').map(({ name, value, limit, raisedWhen, advice }) =>
    [
      `${paint('warn', `RAISED ${name}`)} (${short(value, 3)} > ${short(limit, 3)})`,
      paragraph(`when ${raisedWhen}`, width, 2),
      paragraph(`then ${advice}`, width, 2),
    ].join('\n'),
  );
  const [clear, unmeasured] = [of('clear'), of('unmeasured')];
  return [
    paragraph(gap, width, 0),
    ...raised,
    clear.length > 0 ? paragraph(`clear: ${names(clear)}`, width, 0) : '',
    unmeasured.length > 0
      ? paragraph(`not measured, for no attack of the kind was run: ${names(unmeasured)}`, width, 0)
      : '',
  ]
    .filter(Boolean)
    .join('\n');
}
