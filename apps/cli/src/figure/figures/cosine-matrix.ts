/** Cosines of neurons and centres, sorted by class and cluster: averaged features are blocks, decoupled ones a diagonal. */
import { BadInput, matrix, row } from '@marginalia/core';
import { cosines } from '@marginalia/theory';
import type { DumpedArray, MeasuredRun } from '@marginalia/sweep';
import { available, unavailable, type Figure, type FigureSource, type Row } from '../figure.js';
import { matrixLatex } from '../matrix/latex.js';
import { matrixSpec, type MatrixData, type MatrixPanel } from '../matrix/spec.js';
import { settingText } from '../symbols.js';

const needed = ['W', 'centres', 'a', 'y', 'clusters'] as const;

/** The table keeps six decimals of a cosine: a quarter of a million of them stand in a file of some megabytes. */
const kept = 1e6;

export const cosineMatrix: Figure<MatrixData> = {
  name: 'cosine-matrix',
  title: 'Cosines of neurons and cluster centres',
  needs: 'the arrays W, centres, a, y and clusters of a run, computed anew',
  available(sources) {
    const [missing] = sources.flatMap(({ undefinedBecause }) => undefinedBecause ?? []);
    return sources.some(({ arrays }) => arrays !== undefined)
      ? available
      : unavailable(missing ?? `${sources.map(({ sweep }) => sweep).join(', ')} hands out no arrays`);
  },
  async data(sources) {
    const panels: MatrixPanel[] = [];
    const ids: string[] = [];
    for (const source of sources) {
      if (source.arrays === undefined) continue;
      const run = widestOf(source);
      if (run === undefined) continue;
      const varying = source.freeAxes.filter((axis) => ['dimension', 'clusters', 'width'].includes(axis));
      panels.push({
        name: `${source.sweep}: ${settingText(varying, run.axes)}`,
        ...sorted(await source.arrays(run), source),
      });
      ids.push(run.id.slice(0, 10));
    }
    return {
      title: cosineMatrix.title,
      caption: `${ids.length === 1 ? 'Run' : 'Runs'} ${ids.join(', ')}: neurons by the sign of their output, centres by class, positive first.`,
      panels,
      limit: limitOf(panels),
      rows: panels.flatMap(({ values, columns, neurons, centres }, panel) =>
        Array.from(values, (cosine, at): Row => ({
          run: ids[panel] as string,
          neuron: neurons[Math.floor(at / columns)] as number,
          centre: centres[at % columns] as number,
          cosine,
        })),
      ),
    };
  },
  spec: matrixSpec,
  latex: matrixLatex,
};

/** The least of some round numbers that no cosine exceeds: those of many averaged centres are small, all of them. */
const limitOf = (panels: readonly MatrixPanel[]): number => {
  const largest = panels.reduce(
    (top, { values }) => values.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), top),
    0,
  );
  return [0.05, 0.1, 0.2, 0.5].find((limit) => limit >= largest) ?? 1;
};

/** The first run of those with most clusters, and among them of those with most neurons: what shows most. */
function widestOf({ runs }: FigureSource): MeasuredRun | undefined {
  const size = ({ axes }: MeasuredRun, axis: string): number => Number(axes[axis] ?? 0);
  return runs.reduce<MeasuredRun | undefined>((best, run) => {
    if (best === undefined) return run;
    const more = size(run, 'clusters') - size(best, 'clusters') || size(run, 'width') - size(best, 'width');
    return more > 0 ? run : best;
  }, undefined);
}

function sorted(
  arrays: Readonly<Record<string, DumpedArray>>,
  { sweep }: FigureSource,
): Omit<MatrixPanel, 'name'> {
  const missing = needed.find((name) => arrays[name] === undefined);
  if (missing !== undefined) {
    throw new BadInput({
      expected: `${sweep} to hand out the arrays ${needed.join(', ')}`,
      got: `no ${missing}, but ${Object.keys(arrays).join(', ')}`,
    });
  }
  const { W, centres, a, y, clusters } = arrays as Record<(typeof needed)[number], DumpedArray>;
  const table = cosines(tableOf(W), tableOf(centres));
  const classes = new Map<number, number>();
  clusters.data.forEach((cluster, i) => classes.set(cluster, Math.sign(y.data[i] as number)));
  // A cluster that no sample came from has no class to be seen: it stands last.
  const classOf = (cluster: number): number => classes.get(cluster) ?? unseen;
  const columns = byKeys(table.columns, (j) => [-classOf(j), j]);
  const rank = new Map(columns.map((column, at) => [column, at]));
  const nearest = (r: number): number => {
    const line = row(table, r);
    return rank.get(line.reduce((best, value, j) => (value > (line[best] as number) ? j : best), 0)) ?? 0;
  };
  const neurons = byKeys(table.rows, (r) => [-Math.sign(a.data[r] as number), nearest(r), r]);
  return {
    neurons,
    centres: columns,
    columns: columns.length,
    positiveNeurons: neurons.filter((r) => (a.data[r] as number) > 0).length,
    positiveCentres: columns.filter((j) => classOf(j) > 0).length,
    unseenCentres: columns.filter((j) => classOf(j) === unseen).length,
    values: neurons.flatMap((r) =>
      columns.map((j) => {
        const value = table.data[r * table.columns + j] as number;
        return Number.isFinite(value) ? Math.round(value * kept) / kept : null;
      }),
    ),
  };
}

/** Below both classes. */
const unseen = -2;

const tableOf = ({ shape: [rows = 0, columns = 0], data }: DumpedArray) => matrix(rows, columns, data);

/** 0 … count − 1, sorted by lists of numbers. */
function byKeys(count: number, keysOf: (at: number) => readonly number[]): readonly number[] {
  const keyed = Array.from({ length: count }, (_, at) => ({ at, keys: keysOf(at) }));
  keyed.sort((one, other) => {
    const place = one.keys.findIndex((key, i) => key !== other.keys[i]);
    return place < 0 ? 0 : (one.keys[place] as number) - (other.keys[place] as number);
  });
  return keyed.map(({ at }) => at);
}
