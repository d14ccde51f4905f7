/** The forest plot as PGFPlots: error bars on a numbered axis whose ticks name the claims. */
import type { VerdictKind } from '@marginalia/theory';
import type { LatexFiles } from '../figure.js';
import { preamble } from '../latex.js';
import { latexText } from '../latex-text.js';
import { verdictOrder } from '../verdict-shapes.js';
import { range, type ForestData } from './spec.js';

const marks: Readonly<Record<VerdictKind, string>> = {
  supported: '*',
  refuted: 'x',
  vacuous: 'diamond*',
  inconclusive: 'square*',
};

export function forestLatex(data: ForestData, name: string): LatexFiles {
  const clamped = (value: number | null, otherwise: number): number =>
    Math.max(range[0], Math.min(range[1], value ?? otherwise));
  const dat = [
    'place verdict at minus plus estimate low high bound',
    ...data.rows.map(({ place, verdict, at, from, to, estimate, low, high, bound }) => {
      const middle = at === null ? null : clamped(at, 1);
      const [minus, plus] =
        middle === null ? ['nan', 'nan'] : [middle - clamped(from, middle), clamped(to, middle) - middle];
      return [
        place,
        verdict,
        middle ?? 'nan',
        minus,
        plus,
        estimate ?? 'nan',
        low ?? 'nan',
        high ?? 'nan',
        bound ?? 'nan',
      ].join(' ');
    }),
  ];
  const places = data.rows.map(({ place }) => place).join(',');
  const names = data.rows.map(({ label }) => `{${latexText(label)}}`).join(',');
  const present = verdictOrder.filter((verdict) => data.rows.some((line) => line.verdict === verdict));
  const tex = [
    preamble(data, name),
    '\\begin{tikzpicture}',
    '\\begin{axis}[',
    `  width=2.6in,height=${(data.rows.length * 0.16 + 0.7).toFixed(2)}in,scale only axis=false,`,
    `  xmin=${range[0]},xmax=${range[1]},ymin=-0.7,ymax=${data.rows.length - 0.3},y dir=reverse,`,
    `  ytick={${places}},yticklabels={${names}},tick label style={font=\\scriptsize},label style={font=\\small},`,
    '  xlabel={value on the scale where its bound is 1},ytick style={draw=none},unbounded coords=jump,',
    '  legend style={font=\\scriptsize,at={(0.5,0)},yshift=-1.1cm,anchor=north,draw=none,legend columns=2},',
    ']',
    ...data.rows.map(({ place, least, most }) => {
      const [from, to] = [clamped(least, range[0]), clamped(most, range[1])];
      return `\\fill[faintgrid] (axis cs:${from},${place - 0.36}) rectangle (axis cs:${to},${place + 0.36});`;
    }),
    `\\draw[dashed,gray] (axis cs:1,-0.7)--(axis cs:1,${data.rows.length - 0.3});`,
    ...present.flatMap((verdict) => {
      const lines = data.rows.filter((line) => line.verdict === verdict && line.at !== null);
      if (lines.length === 0) return [];
      return [
        `\\addplot[${verdict},mark options={draw=${verdict === 'refuted' ? 'refuted,very thick' : 'ink'},fill=${verdict}},only marks,mark=${marks[verdict]},mark size=1.8pt,error bars/.cd,x dir=both,x explicit,error bar style={ink}] table[x=at,y=place,x error minus=minus,x error plus=plus] {\\figurefolder/${name}-${verdict}.dat};`,
        `\\addlegendentry{${verdict}}`,
      ];
    }),
    '\\end{axis}',
    '\\end{tikzpicture}',
    '',
  ].join('\n');
  const tables = Object.fromEntries(
    present.flatMap((verdict) => {
      const lines = dat.filter((line, at) => at === 0 || line.split(' ')[1] === verdict);
      return lines.length > 1 ? [[`${name}-${verdict}.dat`, `${lines.join('\n')}\n`]] : [];
    }),
  );
  return { [`${name}.tex`]: tex, ...tables };
}
