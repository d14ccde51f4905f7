/** Robust accuracy against radius: exact, certified and attacked, with the band between the last two. */
import { curveRow, drawn, type CurvesData, type Panel, type Series } from '../curves/curves.js';
import { curvesLatex } from '../curves/latex.js';
import { curvesSpec } from '../curves/spec.js';
import { available, unavailable, type Figure, type FigureSource } from '../figure.js';
import { byName, curve, groupsBy, measures, ofRuns } from '../runs.js';

/** Read-outs by the suffix of their measurements; the binary net has none. */
export const readouts = [
  ['', ''],
  ['Sum', 'sum read-out'],
  ['Max', 'max read-out'],
  ['Lse', 'log-sum-exp read-out'],
] as const;

export const radiusTitle = 'ℓ₂ radius / √(d/k)';

const series: readonly Series[] = [
  { name: 'certified to attacked', colour: 0, dash: 'solid', mark: 'band' },
  { name: 'exact', colour: 0, dash: 'solid', mark: 'line-and-points' },
  { name: 'attacked (PGD)', colour: 1, dash: 'dashed', mark: 'line' },
  { name: 'certified (Lipschitz)', colour: 2, dash: 'dotted', mark: 'line' },
];

/** `feature-averaging · sum read-out · d = 1024`, of what there is more than one. */
export const panelName = (source: FigureSource, parts: readonly string[], several: boolean): string =>
  [...(several ? [source.sweep] : []), ...parts].filter((part) => part !== '').join(' · ') || source.sweep;

export const robustAccuracy: Figure<CurvesData> = {
  name: 'robust-accuracy',
  title: 'Robust accuracy against radius',
  needs: 'robustAccuracy, robustAccuracyAttacked and robustAccuracyCertified over a grid of radii',
  available: (sources) =>
    readouts.some(([suffix]) => measures(sources, `robustAccuracy${suffix}`))
      ? available
      : unavailable('no run measured robustAccuracy over a grid of radii (robustAccuracy.at)'),
  data(sources, { by }) {
    const panels: Panel[] = [];
    const rows = sources.flatMap((source) =>
      readouts.flatMap(([suffix, readout]) =>
        groupsBy(source, byName(source, by)).flatMap(({ name, runs }) => {
          const of = (kind: string) => curve(runs, `robustAccuracy${kind}${suffix}`);
          const exact = of('');
          if (exact.length === 0) return [];
          const panel: Panel = {
            name: panelName(source, [readout, name], sources.length > 1),
            x: { title: radiusTitle, scale: 'linear' },
            y: { title: 'robust accuracy', scale: 'linear', domain: [0, 1] },
          };
          panels.push(panel);
          const [attacked, certified] = [of('Attacked'), of('Certified')];
          const upper = new Map(attacked.map(({ x, mean }) => [x, mean]));
          return [
            ...certified.map(({ x, mean }) =>
              curveRow(panel, 'certified to attacked', { x, low: mean, high: upper.get(x) ?? Number.NaN }),
            ),
            ...exact.map(({ x, mean }) => curveRow(panel, 'exact', { x, y: mean })),
            ...attacked.map(({ x, mean }) => curveRow(panel, 'attacked (PGD)', { x, y: mean })),
            ...certified.map(({ x, mean }) => curveRow(panel, 'certified (Lipschitz)', { x, y: mean })),
          ].filter((row) => row !== undefined);
        }),
      ),
    );
    return drawn({
      title: robustAccuracy.title,
      caption: `Share of fresh points that keep their label, mean over runs. ${ofRuns(sources)}`,
      panels,
      series,
      rows,
    });
  },
  spec: curvesSpec,
  latex: curvesLatex,
};
