/** The document as plain aligned text, at most 100 columns wide. */
import type { BenchDocument, Contender, Opponent, Row } from './document.js';
import { slowBlas } from './machine.js';
import { radii, type Facts } from './protocol.js';
import type { Timing } from './statistics.js';

/** Three significant digits and a unit: `24.1 ms`. */
export function duration(seconds: number): string {
  const [scale, unit] = seconds < 1e-3 ? [1e6, 'µs'] : seconds < 1 ? [1e3, 'ms'] : [1, 's'];
  return `${digits(seconds * scale)} ${unit}`;
}

/** `22.1–30.4 ms`; nothing for a single round. */
function spread({ least, most, rounds }: Omit<Timing, 'median'>): string {
  if (rounds < 2) return '';
  const [low, high] = [duration(least), duration(most)];
  const [unit, other] = [low.split(' ')[1], high.split(' ')[1]];
  return unit === other ? `${low.split(' ')[0]}–${high}` : `${low}–${high}`;
}

/** Three significant digits, whole from 100 on. */
const digits = (value: number): string =>
  value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));

export function report(document: BenchDocument): string {
  return [
    header(document),
    cells(document),
    measured(document),
    kernels(document),
    ...document.words.map((word) => `${word}\n`),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function header({ machine, contestants }: BenchDocument): string {
  const { cpu, cores, node, date } = machine;
  const facts = Object.values(contestants);
  const libraries = new Set(facts.map((one) => libraryOf(one)));
  const slow = slowBlas(facts);
  return lines([
    `${cpu}, ${cores} cores, Node ${node}, ${date}`,
    ...[...libraries].map((library) => {
      const speeds = new Map<number, number>();
      for (const one of facts.filter((one) => libraryOf(one) === library)) {
        if (one.gflops !== undefined)
          speeds.set(one.threads, Math.max(one.gflops, speeds.get(one.threads) ?? 0));
      }
      const threads = [...speeds].map(([count, speed]) => `${digits(speed)} on ${count}`);
      return `  ${library}${threads.length > 0 ? `, GFLOP/s by threads: ${threads.join(', ')}` : ''}`;
    }),
    ...(slow === undefined ? [] : [slow]),
  ]);
}

const libraryOf = ({ library, precision, blas }: Facts): string =>
  `${library}, ${precision}${blas === undefined ? '' : `, ${blas}`}`;

const columns = [22, 13, 14, 14, 16, 16];

function cells({ rows, patience }: BenchDocument): string {
  if (rows.length === 0) return '';
  const anchor = rows.find(({ name, sampling }) => name === 'reference' && sampling === 'law')?.ours;
  const parts = rows.flatMap((row) => cellLines(row, anchor));
  const all = rows.flatMap(({ opponents }) => Object.values(opponents));
  return lines([
    aligned(['one cell', 'ours', 'autograd', 'best by hand', '× autograd', '× by hand']),
    ...parts,
    'Medians; below them the spread over the rounds, and who was fastest with how many threads.',
    ...(all.some(({ missed }) => missed) ? ['✗: below what is asked for.'] : []),
    ...(all.some(({ extrapolated }) => extrapolated.length > 0)
      ? [`*: extrapolated from fewer steps; one full run takes more than ${patience} s.`]
      : []),
  ]);
}

function cellLines(row: Row, anchor: Contender | undefined): string[] {
  const { name, sampling, ours, opponents } = row;
  const { autograd, hand, tfjs } = opponents;
  const alone = autograd === undefined && hand === undefined && ours && anchor && name !== 'reference';
  const relative = alone ? `${digits(ours.total.median / anchor.total.median)} × reference` : undefined;
  const who = [autograd, hand].flatMap((other) => (other ? [other.name] : [])).join(', ');
  const dash = '—';
  return [
    aligned([
      `${name}, ${sampling === 'law' ? 'in law' : 'explicit'}`,
      ours ? duration(ours.total.median) : dash,
      timeOf(autograd),
      timeOf(hand),
      relative ?? times(autograd),
      times(hand),
    ]),
    aligned([
      `  ${who}`,
      ours ? spread(ours.total) : '',
      autograd ? spread(autograd.total) : '',
      hand ? spread(hand.total) : '',
      range(autograd),
      range(hand),
    ]),
    ...(ours ? [stagesLine(ours)] : []),
    ...(name === 'reference' ? accuracyLines([ours, ...(sampling === 'law' ? [autograd, hand] : [])]) : []),
    ...(tfjs && sampling === 'explicit'
      ? [`    TensorFlow.js trains the same cell: ${duration(tfjs.total.median)}${overIn(tfjs)}`]
      : []),
  ].filter((line) => line.trim() !== '');
}

const stagesLine = ({ stages }: Contender): string =>
  `    ${Object.entries(stages)
    .filter(([, seconds]) => seconds > 0)
    .map(([stage, seconds]) => `${stage} ${duration(seconds)}`)
    .join(', ')}`;

const overIn = ({ over }: Opponent): string => (over ? `, ${digits(over.ratio)} × ours` : '');

/** What everybody measured, so that nobody is fast at something else. */
const accuracyLines = (of: readonly (Contender | undefined)[]): string[] =>
  of.flatMap((one) =>
    one && !one.extrapolated.includes('attack')
      ? [
          `    robust accuracy at ${radii.map((radius) => `${radius}√d`).join(' ')}: ` +
            `${one.robustAccuracy.map((value) => digits(value)).join(' ')} (${one.name})`,
        ]
      : [],
  );

const timeOf = (one: Opponent | undefined): string =>
  one ? `${duration(one.total.median)}${one.extrapolated.length > 0 ? '*' : ''}` : '—';

const times = (one: Opponent | undefined): string => {
  if (one?.over === undefined) return '—';
  const mark = one.missed === true ? ' ✗' : '';
  return `${digits(one.over.ratio)}${one.floor === undefined ? '' : ` (≥ ${one.floor})`}${mark}`;
};

const range = (one: Opponent | undefined): string =>
  one?.over && one.total.rounds > 1 ? `${digits(one.over.least)}–${digits(one.over.most)}` : '';

function measured({ measures }: BenchDocument): string {
  return lines(
    measures.map(({ name, unit, floor, timing: { median, least, most }, missed }) =>
      [
        name.padEnd(30),
        `${digits(median)} ${unit}`.padEnd(12),
        `(${digits(least)}–${digits(most)})`.padEnd(18),
        `asked: ${floor.sense} ${floor.value} ${unit}${missed ? '  ✗' : ''}`,
      ].join(' '),
    ),
  );
}

function kernels({ peaks, kernels: results }: BenchDocument): string {
  if (!peaks) return '';
  const read = peaks.read.map(({ megabytes, rate }) => `${digits(rate)} at ${megabytes} MB`).join(', ');
  return lines([
    'The peak of one thread under WebAssembly, 128-bit multiplications and additions apart:',
    `  float64 ${digits(peaks.float64)} GFLOP/s, float32 ${digits(peaks.float32)} GFLOP/s, reading GB/s: ${read}`,
    ['kernel'.padEnd(34), 'measured'.padEnd(28), 'bound by'.padEnd(12), 'of that limit'].join(' '),
    ...results.map(({ name, shown, limit, reached }) =>
      [name.padEnd(34), shown.padEnd(28), limit.padEnd(12), `${(100 * reached).toFixed(0)} %`].join(' '),
    ),
  ]);
}

const aligned = (cellsOf: readonly string[]): string =>
  cellsOf
    .map((cell, at) => (at === 0 ? cell.padEnd(columns[at]!) : cell.padStart(columns[at]!)))
    .join(' ')
    .trimEnd();

const lines = (of: readonly string[]): string => of.map((line) => `${line}\n`).join('');
