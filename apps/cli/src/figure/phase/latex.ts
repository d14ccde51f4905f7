/** Phase diagrams as PGFPlots: filled and hatched squares over symbolic coordinates. */
import type { VerdictKind } from '@marginalia/theory';
import type { LatexFiles } from '../figure.js';
import { preamble } from '../latex.js';
import { latexText } from '../latex-text.js';
import { verdictOrder } from '../verdict-shapes.js';
import type { PhaseData, PhasePanel } from './spec.js';

const columnsAtMost = 2;

export function phaseLatex(data: PhaseData, name: string): LatexFiles {
  const dat = ['panel x y verdict estimate runs'];
  data.panels.forEach(({ cells, xs, ys }, at) =>
    cells.forEach(({ x, y, verdict, estimate, runs }) =>
      dat.push(`${at} ${xs.indexOf(x)} ${ys.indexOf(y)} ${verdict} ${estimate ?? 'nan'} ${runs}`),
    ),
  );
  const columns = Math.min(columnsAtMost, data.panels.length);
  const rows = Math.ceil(data.panels.length / columns);
  const present = verdictOrder.filter((verdict) =>
    data.panels.some(({ cells }) => cells.some((cell) => cell.verdict === verdict)),
  );
  const tex = [
    preamble(data, name),
    '\\begin{tikzpicture}',
    '\\begin{groupplot}[',
    `  group style={group size=${columns} by ${rows},horizontal sep=2.2cm,vertical sep=2.6cm},`,
    '  x=0.75cm,y=0.75cm,tick style={draw=none},axis line style={draw=none},',
    '  tick label style={font=\\scriptsize},label style={font=\\small},title style={font=\\scriptsize,align=left,at={(0,1)},anchor=south west,xshift=-1cm},',
    ']',
    ...data.panels.map((panel) => plotOf(panel, present)),
    '\\end{groupplot}',
    `\\matrix[anchor=north west,font=\\scriptsize,row sep=2pt,column sep=4pt] at ([yshift=-1.2cm]group c1r${rows}.south west) {`,
    ...present.map(
      (verdict) =>
        `  ${square(verdict, '0', '-0.1', '0.3', '0.2')} & \\node[anchor=west,inner sep=0]{\\strut ${verdict}}; \\\\`,
    ),
    '};',
    '\\end{tikzpicture}',
    '',
  ].join('\n');
  return { [`${name}.tex`]: tex, [`${name}.dat`]: `${dat.join('\n')}\n` };
}

function plotOf({ name, across, up, xs, ys, cells }: PhasePanel, present: readonly VerdictKind[]): string {
  const list = (values: readonly string[]): string => values.map((value) => latexText(value)).join(',');
  const places = (values: readonly string[]): string => values.map((_, at) => at).join(',');
  return [
    `\\nextgroupplot[title={${latexText(name)}},title style={text width=${(0.75 * xs.length + 1.6).toFixed(2)}cm},xlabel={${latexText(across)}},ylabel={${latexText(up)}},xmin=-0.5,xmax=${xs.length - 0.5},ymin=-0.5,ymax=${ys.length - 0.5},xtick={${places(xs)}},xticklabels={${list(xs)}},ytick={${places(ys)}},yticklabels={${list(ys)}}]`,
    ...present.flatMap((verdict) =>
      cells
        .filter((cell) => cell.verdict === verdict)
        .map((cell) => {
          const [x, y] = [xs.indexOf(cell.x), ys.indexOf(cell.y)];
          const at = (dx: number, dy: number): string => `axis cs:${x + dx},${y + dy}`;
          return rectangle(verdict, at(-0.5, -0.5), at(0.5, 0.5));
        }),
    ),
  ].join('\n');
}

const hatching: Readonly<Record<VerdictKind, string>> = {
  supported: '',
  refuted: 'postaction={pattern=crosshatch,pattern color=ink}',
  vacuous: '',
  inconclusive: 'postaction={pattern=north east lines,pattern color=ink}',
};

const rectangle = (verdict: VerdictKind, from: string, to: string): string =>
  `\\path[draw=ink,fill=${verdict}${hatching[verdict] === '' ? '' : `,${hatching[verdict]}`}] (${from}) rectangle (${to});`;

const square = (verdict: VerdictKind, x0: string, y0: string, x1: string, y1: string): string =>
  rectangle(verdict, `${x0},${y0}`, `${x1},${y1}`);
