/** `table`: derived columns, filters, long tables, order, LaTeX, Parquet and Arrow. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import type { JournalRecord } from '@marginalia/sweep';
import { aggregate, type Grid, runColumns } from 'marginalia';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { derivedRuns } from '../../apps/cli/src/table/derive.js';
import { evaluate } from '../../apps/cli/src/table/expression.js';
import { formatAsked } from '../../apps/cli/src/table/flags.js';
import { latexTable } from '../../apps/cli/src/table/latex.js';
import { sorted } from '../../apps/cli/src/table/sort.js';
import { symbolIn } from '../../apps/cli/src/table/symbols.js';
import { roundedError, siunitxText, uncertain } from '../../apps/cli/src/table/uncertain.js';
import { compile, structure, whyNoLatex } from './latex.js';
import { emptyFolder, fixture, marginalia, onlyLine } from './marginalia.js';

const record = (size: number, replicate: number, measurements: Record<string, number>): JournalRecord => ({
  id: `${size}/${replicate}`,
  sweep: 'fixture',
  seed: '1',
  code: 'c',
  axes: { size },
  replicate,
  outcome: { kind: 'measured', measurements },
});
const failed: JournalRecord = {
  ...record(9, 9, {}),
  outcome: { kind: 'failed', failure: { kind: 'threw', message: 'no' } },
};

const dir = 'results/paired/quick';
let cwd = '';

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'marginalia-test-'));
  await marginalia(['run', fixture('paired.ts'), '--quiet'], { cwd });
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('--derive and --filter', () => {
  it('computes a ratio run by run: the mean of ratios, not the ratio of means', () => {
    const value = fc.integer({ min: 1, max: 64 }).map((one) => one / 8);
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 8 }), (pairs) => {
        const records = pairs.map(([a, b], at) => record(1, at, { a, b }));
        const { records: derived } = derivedRuns({ records, failures: [failed] }, ['size'], {
          derive: ['gap = a / b', 'twice = 2 * gap'],
          filter: undefined,
        });
        const [row] = aggregate(runColumns(derived, ['size']), ['size']).rows;
        const ratios = pairs.map(([a, b]) => a / b);
        const mean = ratios.reduce((sum, one) => sum + one, 0) / ratios.length;
        const variance = ratios.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (ratios.length - 1);
        // Sums of eight ratios below 64, in double precision.
        expect(row?.['gap']).toBeCloseTo(mean, 10);
        expect(row?.['gap_se']).toBeCloseTo(Math.sqrt(variance / ratios.length), 10);
        expect(row?.['twice']).toBeCloseTo(2 * mean, 10);
      }),
    );
  });

  it('knows nothing of a run that lacks a column: no value, and neither above nor below', () => {
    const columns = { size: [1, 2, 4], x: [3, Number.NaN, -1] };
    expect(evaluate('x > 0', columns, '--filter')).toEqual([1, Number.NaN, 0]);
    expect(evaluate('!(x > 0)', columns, '--filter')).toEqual([0, Number.NaN, 1]);
    expect(evaluate('size ** 2 + log2(size)', columns, '--derive')).toEqual([1, 5, 18]);
    expect(evaluate('PI > 3 ? 1e1 : .5', columns, '--derive')).toEqual([10, 10, 10]);
    const kept = derivedRuns(
      { records: [record(1, 0, { x: 1 }), record(1, 1, {})], failures: [failed] },
      ['size'],
      {
        derive: [],
        filter: 'x > 0',
      },
    );
    expect([kept.records.map(({ id }) => id), kept.failures]).toEqual([['1/0'], []]);
  });

  it('reads columns that are no words, and texts', () => {
    const columns = { 'accuracy@0.5': [0.25], 'n-k': [3], trainer: ['gram'] };
    expect(evaluate('accuracy@0.5 * 4 + d["n-k"] + d.accuracy@0.5', columns, '--derive')).toEqual([4.25]);
    expect(evaluate(`trainer == 'gram' && "gram" == trainer`, columns, '--filter')).toEqual([1]);
  });

  it.each([
    'process.exit(1)',
    'globalThis',
    'constructor',
    'x.constructor',
    'd["x"].constructor',
    'd["x"]["constructor"]',
    '"a".constructor.constructor("return process")()',
    '(x)(1)',
    '(() => 1)()',
    'x => x',
    'x = 1',
    '`${x}`',
    'x; 1',
    '[x]',
    '{}',
    'this',
    'fn.constructor',
    'op.constructor("x")',
    'Math.constructor("x")',
    'random()',
    'now()',
    'mean(x)',
    'rank()',
    'row_object()',
    'x, 1',
    'x +',
    '"text"',
    '/x/',
    'x // 1',
    'd[x]',
    'd["no"]',
    '\\u0078',
    "'a\\'b'",
    '',
  ])('lets nothing be named or called but columns and functions of numbers: %s', (text) => {
    expect(() => evaluate(text, { x: [1, 2], '\u0000unit': [0, 0] }, '--derive y')).toThrow(
      /^expected --derive y/,
    );
  });
});

describe('values with their errors', () => {
  it('are printed as the Particle Data Group does', () => {
    const shown = [
      [0.827, 0.119],
      [0.827, 0.367],
      [0.827, 0.96],
      [17.4133, 0.031],
      [0.44351, 0.00012],
      [1742, 31],
      [-0.0000123, 4e-7],
      [0, 1e-9],
      [2.5, 0],
      [1 / 3, Number.NaN],
      [12, Number.NaN],
    ] as const;
    expect(shown.map(([value, error]) => siunitxText(uncertain(value, error)))).toEqual([
      '0.83(12)',
      '0.8(4)',
      '0.8(10)',
      '17.413(31)',
      '0.44351(12)',
      '1742(31)',
      '-1.23(4)e-5',
      '0.0(10)e-9',
      '2.5',
      '0.3333',
      '12',
    ]);
  });

  it('lose at most half a unit of their last digit, and 14 % of the error', () => {
    const sized = fc
      .tuple(fc.double({ min: 1, max: 10, noNaN: true }), fc.integer({ min: -9, max: 9 }))
      .map(([mantissa, power]) => mantissa * 10 ** power);
    fc.assert(
      fc.property(sized, sized, fc.boolean(), (size, error, negative) => {
        const value = negative ? -size : size;
        fc.pre(error > 1e-11 * size);
        const text = siunitxText(uncertain(value, error));
        const [, digits = '', bracket = '', power = '0'] =
          /^(-?[\d.]+)\((\d+)\)(?:e(-?\d+))?$/.exec(text) ?? [];
        const decimals = digits.split('.')[1]?.length ?? 0;
        const { place } = roundedError(error);
        const printed = Number(`${digits}e${power}`);
        const printedError = Number(bracket) * 10 ** (Number(power) - decimals);
        // A ten-thousandth beyond the half for the rounding of the powers of ten here.
        expect(Math.abs(printed - value)).toBeLessThanOrEqual(0.5001 * 10 ** place);
        expect(Math.abs(printedError / error - 1)).toBeLessThan(0.14);
      }),
    );
  });
});

it('sorts by the first column, then the next, and leaves what is missing last in either direction', () => {
  const grid: Grid = {
    names: ['a', 'b'],
    rows: [
      { a: 1, b: Number.NaN },
      { a: 2, b: 1 },
      { a: 1, b: 3 },
      { a: null, b: 0 },
    ],
    measurements: ['b'],
    headline: [],
  };
  expect(sorted(grid, 'a:desc,b').rows.map(({ a, b }) => [a, b])).toEqual([
    [2, 1],
    [1, 3],
    [1, Number.NaN],
    [null, 0],
  ]);
  expect(() => sorted(grid, 'A')).toThrow('; try a');
});

it.each([
  ['d, dimension of the inputs', 'd'],
  ['K_1, subclasses of the positive class', 'K_1'],
  ['c = d − r, dimensions that no point has', 'c'],
  ['p of the neurons', 'p'],
  ['fresh points', undefined],
])('takes the symbol of an axis from its meaning: %s', (meaning, symbol) => {
  expect(symbolIn(meaning)).toBe(symbol);
});

const golden = fileURLToPath(new URL('../golden/paired-table.golden.tex', import.meta.url));
const asked = [
  'table',
  dir,
  '--derive',
  'log_x = log(x)',
  '--format',
  'latex',
  '--caption',
  'Mean $x$ & error',
];

describe('LaTeX', () => {
  it('is the golden file, names escaped and axes by their symbols', async () => {
    const { out, err } = await marginalia([...asked.slice(0, -2), '--label', 'tab:x'], { cwd });
    expect(out.replace(/code \w+/, 'code …')).toBe(readFileSync(golden, 'utf8'));
    expect(err).toContain('more columns with --format csv');
    expect(structure(out)).toMatchObject({ environments: ['table', 'tabular'] });
    expect(structure(out).macros).toEqual(
      expect.arrayContaining(['toprule', 'midrule', 'bottomrule', 'label', '_']),
    );
  });

  it('has the same cells in every row, whatever the names and the numbers', () => {
    const name = fc.constantFrom('x_y', 'a&b', '50 %', 'ℓ₂', '$', '#1', '\\', '{');
    const number = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1e-300, 1e300, Infinity, Number.NaN));
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1 }),
        fc.array(number, { minLength: 1, maxLength: 4 }),
        (names, values) => {
          const rows = values.map((value) =>
            Object.fromEntries(
              names.flatMap((one) => [
                [one, value],
                [`${one}_se`, Math.abs(value) / 7],
              ]),
            ),
          );
          const tex = latexTable(
            { names: names.flatMap((one) => [one, `${one}_se`]), rows, measurements: names, headline: [] },
            { symbols: {}, provenance: [] },
          );
          expect(tex).toMatch(/^[ -~\n]*$/);
          const lines = tex.split('\n').filter((line) => line.endsWith('\\\\'));
          expect(lines).toHaveLength(rows.length + 1);
          const cells = lines.map((line) => line.split(' & ').length);
          expect(new Set(cells).size).toBe(1);
        },
      ),
    );
  });

  if (whyNoLatex !== undefined) console.warn(`LaTeX is parsed only: ${whyNoLatex}`);
  it.skipIf(whyNoLatex !== undefined)(
    'compiles without a complaint: tables of cells, long ones, contrasts, odd numbers',
    async () => {
      const tables = await Promise.all(
        [
          ['--caption', 'Radii, $d$', '--label', 'tab:a'],
          ['--by', 'size', '--long'],
          ['--contrast', 'trainer'],
        ].map((flags) => marginalia(['table', dir, '--format', 'latex', ...flags], { cwd })),
      );
      const odd = latexTable(
        {
          names: ['name', 'v', 'v_se'],
          rows: [
            { name: 'a_b & 50 %', v: 1.5e-9, v_se: 2e-11 },
            { name: '\\{$#^~', v: Infinity, v_se: null },
            { name: 'ℓ₂ ≤ √d', v: -123456, v_se: 789 },
            { name: '', v: Number.NaN, v_se: null },
          ],
          measurements: ['v'],
          headline: [],
        },
        { symbols: {}, provenance: ['50 % of ü'] },
      );
      const { complaints, pages } = compile(
        emptyFolder(),
        [...tables.map(({ out }) => out), odd].join('\n\n'),
      );
      expect(complaints).toEqual([]);
      expect(pages).toBeGreaterThan(0);
      // Teeth: a document that must not compile.
      expect(compile(emptyFolder(), `${odd}\n\\noSuchMacro`).complaints.join()).toContain(
        'Undefined control sequence',
      );
    },
  );
});

describe('Parquet and Arrow', () => {
  it('hold what JSON holds, in typed columns, long as well as wide', async () => {
    const flags = ['table', dir, '--by', 'size', '--derive', 'half = x / 2'];
    const [json, parquet, arrow] = await Promise.all([
      marginalia([...flags, '--json'], { cwd }),
      marginalia([...flags, '--format', 'parquet', '--output', 'cells.parquet', '--quiet'], { cwd }),
      marginalia(['table', dir, '--runs', '--long', '--format', 'arrow', '--output', 'runs.arrow'], { cwd }),
    ]);
    expect([parquet.err, arrow.err]).toEqual(['', '96 rows written to runs.arrow\n']);
    const file = readFileSync(join(cwd, 'cells.parquet'));
    const cells = await parquetReadObjects({
      file: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength),
    });
    const numbers = cells.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
      ),
    );
    expect(numbers).toEqual(JSON.parse(json.out));
    expect([typeof cells[0]?.['count'], typeof cells[0]?.['x']]).toEqual(['bigint', 'number']);
    const runs = tableFromIPC(readFileSync(join(cwd, 'runs.arrow')));
    expect([runs.numRows, runs.schema.fields.map(({ name }) => name)]).toEqual([
      2 * 2 * 12 * 2,
      ['size', 'trainer', 'replicate', 'run', 'measurement', 'value'],
    ]);
    expect(runs.schema.metadata.get('marginalia.sweep')).toBe('paired');
  });
});

describe('a mistake in a table', () => {
  it.each([
    [['--derive', 'gap = x / trainr'], 'try trainer'],
    [['--filter', 'x > 1e9'], 'which none of 48 meets'],
    [['--sort', 'sise'], 'try size'],
    [['--columns', 'asid'], 'try aside'],
    [['--format', 'parquet'], 'try --output table.parquet'],
    [['--format', 'latex', '--caption', '{'], 'as many { as }'],
    [['--format', 'csv', '--output', 'no/such/folder.csv'], 'a file that can be written'],
  ])('is one line and exit code 2: %j', async (flags, words) => {
    const ended = await marginalia(['table', dir, ...flags], { cwd });
    expect(onlyLine(ended)).toContain(words);
    expect([ended.code, ended.out]).toEqual([2, '']);
  });

  const plain = { json: false, long: false, wide: false };
  it.each([
    [{ ...plain, format: 'csv', json: true }, '--json or --format'],
    [{ ...plain, label: 'tab:x' }, 'try --format latex'],
    [{ ...plain, long: true, contrast: 'trainer' }, '--long or --contrast'],
    [{ ...plain, long: true, wide: true }, '--long or --wide'],
    [{ ...plain, output: '' }, 'try --output table.csv'],
  ])('is found before anything is read: %j', (flags, words) => {
    expect(() => formatAsked(flags)).toThrow(words);
  });

  it.each([
    ['x = 1', 'x, which there is already'],
    ['1 = x', '--derive to be NAME = EXPRESSION'],
    ['gap = x / ', 'which does not parse'],
    ['count = x', 'count, which there is already'],
    ['__proto__ = x', '__proto__, which every object has'],
    ['toString = x', 'toString, which every object has'],
  ])('names what is wrong with --derive %j', (text, words) => {
    const runs = { records: [record(1, 0, { x: 1 })], failures: [] };
    expect(() => derivedRuns(runs, ['size'], { derive: [text], filter: undefined })).toThrow(words);
  });
});
