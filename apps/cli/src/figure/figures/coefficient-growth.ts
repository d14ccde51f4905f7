/** λ(t): how the coefficients of the centres grow, own and other, beside logistic gradient flow. */
import { trainingMargin } from '@marginalia/theory';
import type { MeasuredRun } from '@marginalia/sweep';
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
import { panelName } from './robust-accuracy.js';

/** τ = ηdt/(mk) of a step of this run. */
const timeOf = ({ axes }: MeasuredRun, step: number): number =>
  (Number(axes['stepSize']) * Number(axes['dimension']) * step) /
  (Number(axes['width']) * Number(axes['clusters']));

/** λ = q/(1 + k/n), q the margin of logistic gradient flow. */
function predictedAt(run: MeasuredRun, step: number): number {
  const [clusters, samples] = [Number(run.axes['clusters']), Number(run.axes['samples'])];
  return trainingMargin(timeOf(run, step), clusters, samples) / (1 + clusters / samples);
}

export const coefficientGrowth: Figure<CurvesData> = {
  name: 'coefficient-growth',
  title: 'Growth of the coefficients',
  needs: 'ownCoefficientCurve over the steps; axes dimension, clusters, width, samples and stepSize',
  available: (sources) =>
    measures(sources, 'ownCoefficientCurve')
      ? available
      : unavailable('no run measured ownCoefficientCurve over its steps; the sweep dimpled-manifold does'),
  data(sources, { by }) {
    const panels: Panel[] = [];
    const names: string[] = [];
    const rows = sources.flatMap((source) => {
      const axes =
        by.length > 0 ? by : firstVarying(source, ['samplesPerCluster', 'clusters', ...source.freeAxes]);
      const panel: Panel = {
        name: panelName(source, [], sources.length > 1),
        x: { title: 'training time τ = ηdt/(mk)', scale: 'log' },
        y: { title: 'mean coefficient λ', scale: 'linear' },
      };
      panels.push(panel);
      return groupsBy(source, axes).flatMap(({ name, runs }): CurveRow[] => {
        const own = name === '' ? 'own class' : `own class, ${name}`;
        const other = name === '' ? 'other class' : `other class, ${name}`;
        if (!names.includes(name)) names.push(name);
        const at = (run: MeasuredRun, step: number, value: number) => [timeOf(run, step), value] as const;
        return [
          ...curve(runs, 'ownCoefficientCurve', at).map(({ x, mean }) =>
            curveRow(panel, own, { x, y: mean }),
          ),
          ...curve(runs, 'ownCoefficientCurve', (run, step) => [
            timeOf(run, step),
            predictedAt(run, step),
          ]).map(({ x, mean }) => curveRow(panel, `gradient flow, ${name}`, { x, y: mean })),
          ...curve(runs, 'otherCoefficientCurve', at).map(({ x, mean }) =>
            curveRow(panel, other, { x, y: mean }),
          ),
        ].filter((row) => row !== undefined);
      });
    });
    const series = names.flatMap((name, colour): Series[] => [
      { name: name === '' ? 'own class' : `own class, ${name}`, colour, dash: 'solid', mark: 'points' },
      { name: `gradient flow, ${name}`, colour, dash: 'dashed', mark: 'line' },
      { name: name === '' ? 'other class' : `other class, ${name}`, colour, dash: 'dotted', mark: 'line' },
    ]);
    return drawn({
      title: coefficientGrowth.title,
      caption: `Means over neurons, centres and runs, in units of 1/d. ${ofRuns(sources)}`,
      panels,
      series,
      rows,
    });
  },
  spec: curvesSpec,
  latex: curvesLatex,
};
