/** Compacted sweeps, read back by readers that are not ours: hyparquet, DuckDB, Apache Arrow, and Python's where installed. */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { compact, DeterminismAlarm, type JournalRecord, readResults } from '@marginalia/sweep';
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { failed, identity, journals, measured, recordFor, whole, written } from './written.js';

type Rows = readonly Readonly<Record<string, unknown>>[];

/** What the table must say, from the records as `readResults` gives them: numbers, null where there are none. */
function expected(out: string, names: readonly string[], listed: ReadonlySet<string>): Rows {
  const { records, failures, identity: standing } = readResults(out);
  const rank = (record: JournalRecord): string =>
    JSON.stringify([
      ...standing.axisNames.map((name) => {
        const at = standing.values[name]?.indexOf(record.axes[name] ?? '') ?? -1;
        // Fixed width, so that texts sort as numbers do; what no plan lists comes last, by value.
        return [
          at < 0 ? 9 : at,
          typeof record.axes[name] === 'number' ? String(record.axes[name]).padStart(9) : record.axes[name],
        ];
      }),
      record.replicate,
    ]);
  return [...records, ...failures]
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
    .map((record) => {
      const { id, axes, replicate, outcome } = record;
      const failure = outcome.kind === 'failed' ? outcome.failure : undefined;
      const numbers = outcome.kind === 'measured' ? outcome.measurements : {};
      return Object.fromEntries(
        names.map((name) => {
          const fixed: Readonly<Record<string, unknown>> = {
            id,
            ...axes,
            replicate,
            outcome: outcome.kind,
            failure: failure?.kind ?? null,
            message: failure?.message ?? null,
          };
          if (name in fixed) return [name, fixed[name]];
          const value = numbers[name === 'id_measured' ? 'id' : name] ?? null;
          return [name, typeof value === 'number' && listed.has(name) ? [value] : value];
        }),
      );
    });
}

const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : (value ?? null));

async function hyparquet(file: string): Promise<Rows> {
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const rows = (await parquetReadObjects({ file: buffer })) as Rows;
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])),
  );
}

async function duck(sql: string): Promise<Rows> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(sql);
    return reader
      .getRowObjectsJS()
      .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const scanned = (file: string): string => `read_parquet('${file}', file_row_number = true)`;

function arrow(file: string): Rows {
  const table = tableFromIPC(readFileSync(file));
  return Array.from(table, (row) =>
    Object.fromEntries(
      table.schema.fields.map(({ name }) => {
        const value: unknown = row[name];
        const listed = typeof value === 'object' && value !== null && Symbol.iterator in value;
        return [name, listed ? Array.from(value as Iterable<unknown>) : plain(value)];
      }),
    ),
  );
}

/** Five runs that have everything: NaN, infinities, what was not measured, lists, failures, names that are taken. */
const odd: readonly JournalRecord[] = [
  recordFor(
    { dimension: 2, radius: 0.5, trainer: 'gram' },
    1,
    measured({ margin: Infinity, id: 7, curve: [] }),
  ),
  recordFor(
    { dimension: 8, radius: 1, trainer: 'descent' },
    0,
    measured({ margin: Number.NaN, least: 5e-324 }),
  ),
  recordFor({ dimension: 8, radius: 1, trainer: 'gram' }, 0, failed('lines\nof "text", ünïcödé')),
  recordFor(
    { dimension: 8, radius: 0.5, trainer: 'gram' },
    2,
    measured({ margin: -Infinity, curve: [1, Number.NaN] }),
  ),
  recordFor(
    { dimension: 4, radius: 2, trainer: 'zeta' },
    0,
    measured({ margin: 0.1, curve: 3, least: Number.NaN }),
  ),
];

describe('a compacted sweep', () => {
  it('says in three readers what the journal says: types, order, NaN, infinities, holes, lists', async () => {
    const out = written([odd]);
    const { files, measured: runs, failed: failures } = await compact(out);
    expect([runs, failures]).toEqual([4, 1]);
    const [parquet = '', ipc = ''] = files;
    const names = [
      'id',
      'dimension',
      'radius',
      'trainer',
      'replicate',
      'outcome',
      'failure',
      'message',
      'margin',
      'curve',
      'id_measured',
      'least',
    ];
    const rows = expected(out, names, new Set(['curve']));
    expect(rows.map((row) => row['margin'])).toEqual([Number.NaN, null, -Infinity, Infinity, 0.1]);
    expect(rows.map((row) => row['curve'])).toEqual([null, null, [1, Number.NaN], [], [3]]);
    expect(await hyparquet(parquet)).toEqual(rows);
    expect(arrow(ipc)).toEqual(rows);
    const seen = await duck(
      `select * exclude (file_row_number, curve), to_json(curve)::varchar as curve from ${scanned(parquet)} order by file_row_number`,
    );
    expect(seen).toEqual(
      rows.map((row) => ({ ...row, curve: seen.find((one) => one['id'] === row['id'])?.['curve'] })),
    );
    const lists = await duck(
      `select len(curve) as n, isnan(curve[2]) as nan, curve[1] as first from ${scanned(parquet)} order by file_row_number`,
    );
    expect(lists).toEqual([
      { n: null, nan: null, first: null },
      { n: null, nan: null, first: null },
      { n: 2, nan: true, first: 1 },
      { n: 0, nan: null, first: null },
      { n: 1, nan: null, first: 3 },
    ]);
    const types = await duck(
      `select column_name, column_type from (describe select * from read_parquet('${parquet}'))`,
    );
    const [text, integer, double] = ['VARCHAR', 'BIGINT', 'DOUBLE'];
    expect(types.map((row) => row['column_type'])).toEqual([
      text,
      integer,
      double,
      text,
      integer,
      text,
      text,
      text,
      double,
      'DOUBLE[]',
      double,
      double,
    ]);
    expect(types.map((row) => row['column_name'])).toEqual(names);
    const { schema } = tableFromIPC(readFileSync(ipc));
    expect(schema.fields.map(({ type }) => String(type))).toEqual([
      'Utf8',
      'Int64',
      'Float64',
      'Utf8',
      'Int64',
      'Utf8',
      'Utf8',
      'Utf8',
      'Float64',
      'List<Float64>',
      'Float64',
      'Float64',
    ]);
  });

  it('is filtered rightly: no statistic of a file hides a NaN or an infinity from a query', async () => {
    const out = written([odd]);
    const [parquet = ''] = (await compact(out, { formats: ['parquet'] })).files;
    const count = async (where: string): Promise<unknown> =>
      (await duck(`select count(*)::int as n from read_parquet('${parquet}') where ${where}`))[0]?.['n'];
    expect(await count('isnan(margin)')).toBe(1);
    expect(await count("margin = 'nan'::double")).toBe(1);
    // DuckDB orders NaN above all numbers.
    expect(await count("margin > 'infinity'::double")).toBe(1);
    expect(await count('margin > 1e300')).toBe(2);
    expect(await count('least > 1')).toBe(1);
    expect(await count('margin < 0')).toBe(1);
    expect(await count('margin is null')).toBe(1);
    expect(await count('least = 5e-324')).toBe(1);
  });

  it('names sweep, preset, seed, code and version in both files', async () => {
    const [parquet = '', ipc = ''] = (await compact(written([whole()]))).files;
    const { version } = JSON.parse(
      readFileSync(new URL('../../packages/sweep/package.json', import.meta.url), 'utf8'),
    ) as {
      version: string;
    };
    const said = {
      'marginalia.sweep': 'written',
      'marginalia.preset': 'quick',
      'marginalia.seed': '1',
      'marginalia.code': 'c0de',
      'marginalia.keyingAxes': '["dimension"]',
      'marginalia.version': version,
    };
    const bytes = readFileSync(parquet);
    const pairs = parquetMetadata(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    ).key_value_metadata;
    expect(Object.fromEntries((pairs ?? []).map(({ key, value }) => [key, value]))).toEqual(said);
    expect(Object.fromEntries(tableFromIPC(readFileSync(ipc)).schema.metadata)).toEqual(said);
  });

  it('is the same bytes for the same records, however they lie in journals, and another for others', async () => {
    await fc.assert(
      fc.asyncProperty(journals, fc.infiniteStream(fc.nat(2)), fc.nat(), async (records, lots, turn) => {
        const [ordered, dealt] = [written([records]), [[], [], []] as JournalRecord[][]];
        const turned = [...records.slice(turn % records.length), ...records.slice(0, turn % records.length)];
        // Some records twice, in files of their own.
        for (const record of [...turned, ...records.slice(0, 3)]) dealt[lots.next().value ?? 0]?.push(record);
        const [one, other] = await Promise.all([ordered, written(dealt)].map((out) => compact(out)));
        one?.files.forEach((file, at) =>
          expect(readFileSync(other?.files[at] ?? '').equals(readFileSync(file))).toBe(true),
        );
        const fewer = await compact(written([records.slice(1)]));
        expect(readFileSync(fewer.files[0] ?? '').equals(readFileSync(one?.files[0] ?? ''))).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  it('gives every record back, whatever was measured', async () => {
    await fc.assert(
      fc.asyncProperty(journals, async (records) => {
        const out = written([records]);
        const [parquet = '', ipc = ''] = (await compact(out)).files;
        const rows = await hyparquet(parquet);
        const listed = new Set(
          Object.keys(rows[0] ?? {}).filter((name) => rows.some((row) => Array.isArray(row[name]))),
        );
        const wanted = expected(out, Object.keys(rows[0] ?? {}), listed);
        expect(rows).toEqual(wanted);
        expect(arrow(ipc)).toEqual(wanted);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps one failure of a run that failed twice, whichever came first, and none of one that was measured', async () => {
    const axes = { dimension: 2, radius: 1, trainer: 'gram' };
    const [early, late] = [recordFor(axes, 0, failed('a')), recordFor(axes, 0, failed('b', 'timed-out'))];
    const done = recordFor(axes, 1, measured({ margin: 1 }));
    const gone = recordFor(axes, 1, failed('once'));
    const files = await Promise.all(
      [
        [[early, late, gone, done]],
        [
          [done, late],
          [early, gone],
        ],
      ].map(async (lists) => {
        const { files: made, ...counts } = await compact(written(lists));
        expect(counts).toEqual({ measured: 1, failed: 1, setAside: 0, torn: 0, corrupted: 0 });
        return readFileSync(made[0] ?? '');
      }),
    );
    expect(files[0]?.equals(files[1] ?? Buffer.alloc(0))).toBe(true);
  });

  it('has a row for each environment of a setting, with its facts, and leaves other code and seeds out', async () => {
    const axes = { dimension: 2, radius: 1, trainer: 'gram' };
    const end = measured({ margin: 1 });
    const out = written([
      [
        recordFor(axes, 0, end, { facts: { backend: 'wasm' } }),
        recordFor(axes, 0, end, { facts: { backend: 'node' } }),
        recordFor(axes, 0, end, { code: 'older' }),
        recordFor(axes, 0, end, { seed: '2' }),
      ],
    ]);
    const made = await compact(out);
    expect([made.measured, made.setAside]).toEqual([2, 2]);
    const rows = await hyparquet(made.files[0] ?? '');
    expect(new Set(rows.map((row) => row['facts.backend']))).toEqual(new Set(['node', 'wasm']));
  });

  it('of nothing has columns and no rows', async () => {
    const { files } = await compact(written([]));
    expect(await duck(`select * from read_parquet('${files[0]}')`)).toEqual([]);
    expect(tableFromIPC(readFileSync(files[1] ?? '')).numRows).toBe(0);
  });

  it('raises the determinism alarm, naming run, files, and the first measurement that differs', async () => {
    const [record] = whole();
    if (!record) throw new Error('no record');
    const other = { ...record, outcome: measured({ margin: 0, losses: [1, 0] }) };
    const out = written([[record], [other]]);
    const alarm = await compact(out).catch((cause: unknown) => cause);
    expect(alarm).toBeInstanceOf(DeterminismAlarm);
    expect(String(alarm)).toMatch(
      new RegExp(`${record.id}.*0001.jsonl and 0002.jsonl \\(margin was 3\\.6\\d*, is 0\\)`),
    );
    expect(() => readResults(out)).toThrow('margin was 3.6');
  });

  it('goes where it is told, in the format it is asked for, and leaves no draft behind', async () => {
    const out = written([whole()]);
    const { files } = await compact(out, { formats: ['arrow'], into: join(out, 'deep/er') });
    expect(files).toEqual([join(out, 'deep/er/runs.arrow')]);
    expect(readdirSync(join(out, 'deep/er'))).toEqual(['runs.arrow']);
    rmSync(files[0] ?? '');
    writeFileSync(join(out, 'file'), '');
    await expect(compact(out, { into: join(out, 'file') })).rejects.toThrow('a file in its place');
  });
});

const python = `
import sys, math
import pandas, polars
for frame in (pandas.read_parquet(sys.argv[1]).to_dict('list'), polars.read_parquet(sys.argv[1]).to_dict(as_series=False), polars.read_ipc(sys.argv[2], memory_map=False).to_dict(as_series=False)):
    print(frame['id'], frame['dimension'], [str(float(x)) for x in frame['margin'] if x is not None])
`;
const hasFrames = spawnSync('python3', ['-c', 'import pandas, polars, pyarrow']).status === 0;

it.skipIf(!hasFrames)(
  'pandas and polars read both files (skipped where they are not installed)',
  async () => {
    const { files } = await compact(written([whole()]));
    const { stdout, stderr } = spawnSync('python3', ['-c', python, ...files], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const frames = stdout.trimEnd().split('\n');
    expect(frames).toHaveLength(3);
    expect(new Set(frames).size).toBe(1);
    expect(frames[0]).toContain(
      `[${[8, 2].flatMap((dimension) => Array<number>(12).fill(dimension)).join(', ')}]`,
    );
    expect(identity.axisNames).toContain('dimension');
  },
);
