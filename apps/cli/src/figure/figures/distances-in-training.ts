/** When the boundary got where it is: radii of training and of fresh points along training, and the margin beside them. */
import { curveRow, drawn, type CurvesData, type Panel, type Series } from '../curves/curves.js';
import { curvesLatex } from '../curves/latex.js';
import { curvesSpec } from '../curves/spec.js';
import { available, unavailable, type Figure } from '../figure.js';
import { byName, curve, groupsBy, measures, ofRuns } from '../runs.js';
import { panelName, radiusTitle } from './robust-accuracy.js';
import type { MeasuredRun } from '@marginalia/sweep';

const series: readonly Series[] = [
  { name: 'range over runs: training points', colour: 1, dash: 'solid', mark: 'band', role: 'unlisted' },
  { name: 'training points', colour: 1, dash: 'solid', mark: 'line-and-points' },
  { name: 'range over runs: fresh points', colour: 0, dash: 'solid', mark: 'band', role: 'unlisted' },
  { name: 'fresh points', colour: 0, dash: 'solid', mark: 'line-and-points' },
  { name: 'mean margin, share of its last value', colour: 2, dash: 'dashed', mark: 'line-and-points' },
];

const inUnits = ({ axes }: MeasuredRun, x: number, y: number): readonly [number, number] => [
  x,
  y / Math.sqrt(Number(axes['dimension']) / Number(axes['clusters'])),
];

const shareOfLast = ({ measurements }: MeasuredRun, x: number, y: number): readonly [number, number] => {
  const values = measurements['marginCurve'];
  return [x, y / (Array.isArray(values) ? Number(values.at(-1)) : Number.NaN)];
};

export const distancesInTraining: Figure<CurvesData> = {
  name: 'distances-in-training',
  title: 'Distance to the boundary along training',
  needs: 'freshRadiusCurve, trainRadiusCurve and marginCurve over the steps; axes dimension and clusters',
  available(sources) {
    if (!measures(sources, 'freshRadiusCurve'))
      return unavailable('no run measured freshRadiusCurve over its steps; the sweep dimpled-manifold does');
    return available;
  },
  data(sources, { by }) {
    const panels: Panel[] = [];
    const rows = sources.flatMap((source) =>
      groupsBy(source, byName(source, by)).flatMap(({ name, runs }) => {
        const x = { title: 'steps t', scale: 'log' } as const;
        const radii: Panel = {
          name: panelName(source, [name, 'median exact radius'], sources.length > 1),
          x,
          y: { title: radiusTitle, scale: 'linear' },
        };
        const margins: Panel = {
          name: panelName(source, [name, 'mean training margin'], sources.length > 1),
          x,
          y: { title: 'share of last margin', scale: 'linear', domain: [0, 1] },
        };
        const fresh = curve(runs, 'freshRadiusCurve', inUnits);
        if (fresh.length === 0) return [];
        panels.push(radii, margins);
        const train = curve(runs, 'trainRadiusCurve', inUnits);
        const share = curve(runs, 'marginCurve', shareOfLast);
        return [
          ...train.flatMap(({ x: at, mean, low, high }) => [
            curveRow(radii, 'range over runs: training points', { x: at, low, high }),
            curveRow(radii, 'training points', { x: at, y: mean }),
          ]),
          ...fresh.flatMap(({ x: at, mean, low, high }) => [
            curveRow(radii, 'range over runs: fresh points', { x: at, low, high }),
            curveRow(radii, 'fresh points', { x: at, y: mean }),
          ]),
          ...share.map(({ x: at, mean }) =>
            curveRow(margins, 'mean margin, share of its last value', { x: at, y: mean }),
          ),
        ].filter((row) => row !== undefined);
      }),
    );
    return drawn({
      title: distancesInTraining.title,
      caption: `Medians over points, means over runs; bands from the least run to the most. ${ofRuns(sources)}`,
      panels,
      series,
      rows,
    });
  },
  spec: curvesSpec,
  latex: curvesLatex,
};
