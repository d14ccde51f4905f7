/** λ(t): how the coefficients of the centres grow, own and other, beside logistic gradient flow. */
import { mean, trainingMargin } from '@marginalia/theory';
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
import { curve, firstVarying, groupsBy, listOf, measures, ofRuns } from '../runs.js';
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

/** Factor between the steps at which the prediction is drawn: a smooth line. */
const fine = 1.25;

/** Mean prediction of the cells of these runs, between the first and the last of their steps. */
function flow(runs: readonly MeasuredRun[]): readonly (readonly [number, number])[] {
  const cells = [...new Map(runs.map((run) => [JSON.stringify(run.axes), run])).values()];
  const steps = runs.flatMap((run) => listOf(run, 'ownCoefficientCurve').map(([step]) => step));
  const last = steps.reduce((most, step) => Math.max(most, step), 0);
  const places: number[] = [];
  for (let step = steps.reduce((least, one) => Math.min(least, one), Infinity); step < last; step *= fine)
    places.push(step);
  return [...places, last].map((step) => [
    mean(cells.map((run) => timeOf(run, step))),
    mean(cells.map((run) => predictedAt(run, step))),
  ]);
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
          ...curve(runs, 'ownCoefficientCurve', at).map(({ x, mean: y }) => curveRow(panel, own, { x, y })),
          ...flow(runs).map(([x, y]) => curveRow(panel, `gradient flow, ${name}`, { x, y })),
          ...curve(runs, 'otherCoefficientCurve', at).map(({ x, mean: y }) =>
            curveRow(panel, other, { x, y }),
          ),
        ].filter((row) => row !== undefined);
      });
    });
    const series: Series[] = [
      ...names.flatMap((name, colour): Series[] => [
        { name: name === '' ? 'own class' : `own class, ${name}`, colour, dash: 'solid', mark: 'points' },
        { name: `gradient flow, ${name}`, colour, dash: 'dashed', mark: 'line', role: 'unlisted' },
        {
          name: name === '' ? 'other class' : `other class, ${name}`,
          colour,
          dash: 'dotted',
          mark: 'line',
          role: 'unlisted',
        },
      ]),
      { name: 'predicted: gradient flow', colour: 'ink', dash: 'dashed', mark: 'line', role: 'key' },
      { name: 'other class, measured', colour: 'ink', dash: 'dotted', mark: 'line', role: 'key' },
    ];
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
