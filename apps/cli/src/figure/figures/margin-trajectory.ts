/** Margin and loss while the margin is maximised: log(1/𝓛) against log t, both on log axes, beside L²γ^{2/L} t (log t)^{2−2/L}. */
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
import { curve, type CurvePoint, firstVarying, groupsBy, listOf, measures, ofRuns } from '../runs.js';
import { panelName } from './robust-accuracy.js';

const predicted = 'predicted, with its constant';

/** The first and the last abscissa. */
const ends = (points: readonly CurvePoint[]): readonly number[] =>
  points.length === 0 ? [] : [points[0]?.x ?? Number.NaN, points.at(-1)?.x ?? Number.NaN];

export const marginTrajectory: Figure<CurvesData> = {
  name: 'margin-trajectory',
  title: 'Margin and loss on log-log time',
  needs: 'normalisedMarginCurve, lossCurve and predictedLossCurve over log t',
  available: (sources) =>
    measures(sources, 'normalisedMarginCurve')
      ? available
      : unavailable('no run measured normalisedMarginCurve over log t; the sweep margin-maximisation does'),
  data(sources, { by }) {
    const panels: Panel[] = [];
    const names: string[] = [];
    const rows = sources.flatMap((source) => {
      const axes = by.length > 0 ? by : firstVarying(source, ['model', ...source.freeAxes]);
      const x = { title: 'log t', scale: 'log' } as const;
      const margin: Panel = {
        name: panelName(source, ['normalised margin'], sources.length > 1),
        x,
        y: { title: 'margin / last margin', scale: 'linear' },
      };
      const loss: Panel = {
        name: panelName(source, ['loss'], sources.length > 1),
        x,
        y: { title: 'log(1 / loss)', scale: 'log' },
      };
      const constant: Panel = {
        name: panelName(source, ['1 / loss over its prediction'], sources.length > 1),
        x,
        y: { title: 'measured / predicted', scale: 'log' },
      };
      panels.push(margin, loss, constant);
      return groupsBy(source, axes).flatMap(({ name, runs }): CurveRow[] => {
        const series = name === '' ? 'all runs' : name;
        if (!names.includes(series)) names.push(series);
        const shares = curve(runs, 'normalisedMarginCurve', ({ measurements }, at, value) => {
          const values = measurements['normalisedMarginCurve'];
          return [at, value / (Array.isArray(values) ? Number(values.at(-1)) : Number.NaN)];
        });
        const measured = curve(runs, 'lossCurve');
        const least = measured.reduce((bottom, { mean }) => Math.min(bottom, mean), Infinity);
        const excess = curve(runs, 'lossCurve', (run, at, value) => [
          at,
          value - (new Map(listOf(run, 'predictedLossCurve')).get(at) ?? Number.NaN),
        ]);
        return [
          ...shares.map((point) => curveRow(margin, series, { x: point.x, y: point.mean })),
          ...measured.map((point) => curveRow(loss, series, { x: point.x, y: point.mean })),
          // An asymptotic law that has not begun would stretch the axis by decades.
          ...curve(runs, 'predictedLossCurve')
            .filter((point) => point.mean >= least)
            .map((point) => curveRow(loss, `${series}, predicted`, { x: point.x, y: point.mean })),
          ...excess.map((point) => curveRow(constant, series, { x: point.x, y: Math.exp(point.mean) })),
          ...ends(excess).map((at) => curveRow(constant, predicted, { x: at, y: 1 })),
        ].filter((row) => row !== undefined);
      });
    });
    const series: Series[] = [
      ...names.flatMap((name, colour): Series[] => [
        { name, colour, dash: 'solid', mark: 'line-and-points' },
        { name: `${name}, predicted`, colour, dash: 'dashed', mark: 'line', role: 'unlisted' },
      ]),
      { name: predicted, colour: 'ink', dash: 'dashed', mark: 'line' },
    ];
    return drawn({
      title: marginTrajectory.title,
      caption: `Means over runs. Predicted, with γ the last margin: 1/loss = L²γ^(2/L) t (log t)^(2−2/L). ${ofRuns(sources)}`,
      panels,
      series,
      rows,
    });
  },
  spec: curvesSpec,
  latex: curvesLatex,
};
