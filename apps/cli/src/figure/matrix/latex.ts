/** Matrices of cosines as PGFPlots: a matrix plot while TeX can bear its entries, a picture beyond. */
import type { LatexFiles } from '../figure.js';
import { preamble } from '../latex.js';
import { latexText } from '../latex-text.js';
import { themes } from '../theme.js';
import {
  entriesAtMost,
  picture,
  stretches,
  type MatrixData,
  type MatrixPanel,
  type Stretch,
} from './spec.js';

export function matrixLatex(data: MatrixData, name: string): LatexFiles {
  const files: Record<string, string | Uint8Array> = {};
  const plots = data.panels.map((panel, at) => {
    const { columns, neurons, values } = panel;
    const large = values.length > entriesAtMost;
    if (large) files[`${name}-${at}.png`] = picture(panel, data.limit, themes.light);
    else {
      // A file a panel: a matrix plot takes every row of its table.
      const lines = values.map((cosine, i) => `${i % columns} ${Math.floor(i / columns)} ${cosine ?? 'nan'}`);
      files[`${name}-${at}.dat`] = `${['x y cosine', ...lines].join('\n')}\n`;
    }
    const ends = `xmin=-0.5,xmax=${columns - 0.5},ymin=-0.5,ymax=${neurons.length - 0.5}`;
    return [
      `\\nextgroupplot[title={${latexText(panel.name)}},${ends},${ticks(panel)}]`,
      large
        ? `\\addplot graphics[xmin=-0.5,xmax=${columns - 0.5},ymin=-0.5,ymax=${neurons.length - 0.5}] {\\figurefolder/${name}-${at}.png};`
        : `\\addplot[matrix plot*,mesh/cols=${columns},point meta=explicit] table[x=x,y=y,meta=cosine] {\\figurefolder/${name}-${at}.dat};`,
      ...borders(panel),
    ].join('\n');
  });
  const { diverging } = themes.light;
  const [low, middle, high] = diverging.map((hex) => hex.slice(1).toUpperCase());
  const tex = [
    preamble(data, name),
    `\\definecolor{mapneg}{HTML}{${low}}\\definecolor{mapnil}{HTML}{${middle}}\\definecolor{mappos}{HTML}{${high}}`,
    '\\begin{tikzpicture}',
    '\\begin{groupplot}[',
    `  group style={group size=${data.panels.length} by 1,horizontal sep=1.4cm},width=2.6in,height=2.6in,`,
    `  y dir=reverse,point meta min=${-data.limit},point meta max=${data.limit},tick style={draw=none},`,
    '  colormap={cosines}{color=(mapneg) color=(mapnil) color=(mappos)},',
    '  xlabel={centres},ylabel={neurons},tick label style={font=\\scriptsize},label style={font=\\small},',
    '  yticklabel style={rotate=90,anchor=south},title style={font=\\scriptsize,align=left,text width=2in},',
    ']',
    ...plots.map((plot, at) =>
      // One colour bar for all, beside the last.
      at === plots.length - 1
        ? plot.replace(
            '\\nextgroupplot[',
            '\\nextgroupplot[colorbar,colorbar style={y dir=normal,yticklabel style={rotate=-90,anchor=west}},',
          )
        : plot,
    ),
    '\\end{groupplot}',
    '\\end{tikzpicture}',
    '',
  ].join('\n');
  return { [`${name}.tex`]: tex, ...files };
}

function ticks({ neurons, centres, positiveNeurons, positiveCentres, unseenCentres }: MatrixPanel): string {
  const axis = (letter: string, classes: readonly Stretch[]): string =>
    `${letter}tick={${classes.map(({ from, to }) => (from + to - 1) / 2).join(',')}},${letter}ticklabels={${classes.map(({ name }) => latexText(name)).join(',')}}`;
  return [
    axis('x', stretches(positiveCentres, centres.length, unseenCentres)),
    axis('y', stretches(positiveNeurons, neurons.length)),
  ].join(',');
}

function borders(panel: MatrixPanel): readonly string[] {
  const { neurons, centres, positiveNeurons, positiveCentres, unseenCentres } = panel;
  const inner = (classes: readonly Stretch[]): readonly number[] =>
    classes.slice(0, -1).map(({ to }) => to - 0.5);
  return [
    ...inner(stretches(positiveCentres, centres.length, unseenCentres)).map(
      (at) => `\\draw[gray] (axis cs:${at},-0.5)--(axis cs:${at},${neurons.length - 0.5});`,
    ),
    ...inner(stretches(positiveNeurons, neurons.length)).map(
      (at) => `\\draw[gray] (axis cs:-0.5,${at})--(axis cs:${centres.length - 0.5},${at});`,
    ),
  ];
}
