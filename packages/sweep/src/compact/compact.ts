/** A sweep as one table for pandas, polars, DuckDB, R: a row a run, the same bytes for the same set of records. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../journal/make-folder.js';
import { refusal } from '../journal/refusal.js';
import type { Scan } from '../journal/scan.js';
import { identityIn, type SweepIdentity } from '../results.js';
import { layout } from './layout.js';
import { readColumns } from './run-columns.js';
import { writeAtomically } from '../write-atomically.js';

export const compactFormats = ['parquet', 'arrow'] as const;
export type CompactFormat = (typeof compactFormats)[number];

export interface CompactOptions {
  readonly formats?: readonly CompactFormat[];
  /** The folder of the files; `compact` in the folder of the results when absent. */
  readonly into?: string;
}

export interface Compacted extends Scan {
  readonly files: readonly string[];
  readonly measured: number;
  readonly failed: number;
  /** Records of other code or another seed: left out. */
  readonly setAside: number;
}

/**
 * Writes `runs.parquet` and `runs.arrow`, each as a whole: every run under the latest code and seed, in grid order.
 * Rejects with BadInput when there are no results, or no room for the files; and with a DeterminismAlarm.
 */
export async function compact(
  out: string,
  { formats = compactFormats, into = join(out, 'compact') }: CompactOptions = {},
): Promise<Compacted> {
  const identity = identityIn(out);
  const { columns, setAside, torn, corrupted } = readColumns(out, identity);
  const laid = layout(columns, identity);
  const metadata = metadataOf(identity);
  try {
    makeFolder(into);
  } catch (cause) {
    throw refusal(cause, `a folder ${into} that can be written`);
  }
  const files: string[] = [];
  for (const format of compactFormats.filter((one) => formats.includes(one))) {
    const write = await writerOf(format);
    const file = join(into, `runs.${format}`);
    try {
      writeAtomically(file, (descriptor) => write(laid, metadata, descriptor));
    } catch (cause) {
      throw refusal(cause, `room for ${file}`);
    }
    files.push(file);
  }
  const failed = columns.rows.filter(({ failure }) => failure).length;
  return { files, measured: columns.rows.length - failed, failed, setAside, torn, corrupted };
}

type Write = (
  laid: ReturnType<typeof layout>,
  metadata: ReadonlyMap<string, string>,
  descriptor: number,
) => void;

/** Loaded when asked for: workers and most commands write neither. */
export async function writerOf(format: CompactFormat): Promise<Write> {
  if (format === 'arrow') return (await import('./arrow.js')).writeArrow;
  const { writeParquet } = await import('./parquet.js');
  return (laid, metadata, descriptor) =>
    writeParquet(laid, metadata, `marginalia version ${version()}`, descriptor);
}

/** No time, host or path: files of one sweep are the same bytes wherever they were made. */
export function metadataOf({
  sweep,
  preset,
  seed,
  code,
  keyingAxes,
}: SweepIdentity): ReadonlyMap<string, string> {
  return new Map([
    ['marginalia.sweep', sweep],
    ['marginalia.preset', preset],
    ['marginalia.seed', seed],
    ['marginalia.code', code],
    ...(keyingAxes ? [['marginalia.keyingAxes', JSON.stringify(keyingAxes)] as const] : []),
    ['marginalia.version', version()],
  ]);
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return String((JSON.parse(text) as { readonly version?: unknown }).version);
}
