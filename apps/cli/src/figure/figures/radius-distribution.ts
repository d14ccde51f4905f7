/** The distribution function of the exact radii of fresh points, at the radii where the runs count them. */
import {
  curveRow,
  drawn,
  type CurveRow,
  type CurvesData,
  type Panel,
  type Series,
} from '../curves/curves.js';
import { curvesLatex } from '../curves/latex.js';
import { curvesSpec } from '../curves/spec.js';
import { available, unavailable, type Figure } from '../figure.js';
import { curve, firstVarying, groupsBy, measures, ofRuns } from '../runs.js';
import { panelName, radiusTitle, readouts } from './robust-accuracy.js';

const unit = 'averaged features: √(d/k)';

export const radiusDistribution: Figure<CurvesData> = {
  name: 'radius-distribution',
  title: 'Distribution of exact radii',
  needs: 'robustAccuracy over a grid of radii: one less it is the share of exact radii up to there',
  available: (sources) =>
    readouts.some(([suffix]) => measures(sources, `robustAccuracy${suffix}`))
      ? available
      : unavailable('no run measured robustAccuracy over a grid of radii (robustAccuracy.at)'),
  data(sources, { by }) {
    const panels: Panel[] = [];
    const names: string[] = [];
    const rows = sources.flatMap((source) => {
      const axes = by.length > 0 ? by : firstVarying(source, ['dimension', 'clusters', ...source.freeAxes]);
      return readouts.flatMap(([suffix, readout]) => {
        const panel: Panel = {
          name: panelName(source, [readout], sources.length > 1),
          x: { title: radiusTitle, scale: 'linear' },
          y: { title: 'share with radius ≤ r', scale: 'linear', domain: [0, 1] },
        };
        const found = groupsBy(source, axes).flatMap(({ name, runs }): (CurveRow | undefined)[] => {
          const points = curve(runs, `robustAccuracy${suffix}`);
          const series = name === '' ? 'all runs' : name;
          if (points.length > 0 && !names.includes(series)) names.push(series);
          return points.map(({ x, mean }) => curveRow(panel, series, { x, y: 1 - mean }));
        });
        if (found.length === 0) return [];
        panels.push(panel);
        return [
          ...found,
          curveRow(panel, unit, { x: 1, y: 0 }),
          curveRow(panel, unit, { x: 1, y: 1 }),
        ].filter((row) => row !== undefined);
      });
    });
    const series: Series[] = [
      ...names.map((name, at): Series => ({ name, colour: at, dash: 'solid', mark: 'line-and-points' })),
      { name: unit, colour: 'ink', dash: 'dotted', mark: 'line' },
    ];
    return drawn({
      title: radiusDistribution.title,
      caption: `Fresh points of all runs, misclassified ones at 0. ${ofRuns(sources)}`,
      panels,
      series,
      rows,
    });
  },
  spec: curvesSpec,
  latex: curvesLatex,
};
