/** Curves as PGFPlots: a group plot whose columns stand in one `.dat`. */
import type { LatexFiles } from '../figure.js';
import { datTable, preamble } from '../latex.js';
import { latexText } from '../latex-text.js';
import type { Axis, CurveRow, CurvesData, Panel, Series } from './curves.js';

/** A `.dat` of more rows is slow to typeset, and no column of a paper shows them. */
const columnsAtMost = 2;

export function curvesLatex(data: CurvesData, name: string): LatexFiles {
  const dat: (readonly [string, readonly (number | null)[]])[] = [];
  const legend = new Set<string>();
  const plots = data.panels.map((panel, at) => {
    const drawn = data.series.flatMap((series, index) => {
      if (series.role === 'key') return [];
      const rows = data.rows
        .filter((row) => row.panel === panel.name && row.series === series.name)
        .sort((a, b) => a.x - b.x);
      if (rows.length === 0) return [];
      const key = `p${at}s${index}`;
      for (const field of ['x', 'y', 'low', 'high'] as const) {
        if (rows.some((row) => row[field] !== null))
          dat.push([`${key}${field}`, rows.map((row) => row[field])]);
      }
      legend.add(series.name);
      return plotsOf(series, key, name, rows);
    });
    return [`\\nextgroupplot[${axisOptions(panel, data.panels.length > 1)}]`, ...drawn].join('\n');
  });
  const columns = Math.min(data.panels.length, columnsAtMost);
  const shown = data.series.filter(
    ({ name: entry, role }) => role === 'key' || (role !== 'unlisted' && legend.has(entry)),
  );
  const size = columns === 1 ? 'width=3.3in,height=2.2in' : 'width=2.9in,height=2in';
  const tex = [
    preamble(data, name),
    '\\begin{tikzpicture}',
    '\\begin{groupplot}[',
    `  group style={group size=${columns} by ${Math.ceil(data.panels.length / columns)},horizontal sep=1.6cm,vertical sep=1.8cm},`,
    `  ${size},grid=major,grid style={faintgrid},tick label style={font=\\scriptsize},label style={font=\\small},`,
    '  title style={font=\\small},unbounded coords=jump,',
    ']',
    ...plots,
    '\\end{groupplot}',
    // Below the first column, whatever the panels' number: an anchor of the last row.
    `\\matrix[anchor=north west,font=\\scriptsize,row sep=0pt,column sep=4pt] at ([yshift=-1.1cm]group c1r${Math.ceil(data.panels.length / columns)}.south west) {`,
    ...shown.map(
      (series) =>
        `  ${symbolOf(series)} & \\node[anchor=west,inner sep=0]{\\strut ${latexText(series.name)}}; \\\\`,
    ),
    '};',
    '\\end{tikzpicture}',
    '',
  ].join('\n');
  return { [`${name}.tex`]: tex, [`${name}.dat`]: datTable(dat) };
}

const colourOf = ({ colour }: Series): string => (colour === 'ink' ? 'ink' : `series${colour % 6}`);

const axisOptions = ({ name, x, y }: Panel, titled: boolean): string =>
  [
    ...(titled ? [`title={${latexText(name)}},title style={align=left,text width=2.3in}`] : []),
    ...axisOf('x', x),
    ...axisOf('y', y),
  ].join(',');

const axisOf = (letter: string, { title, scale, domain }: Axis): readonly string[] => [
  `${letter}label={${latexText(title)}}`,
  ...(scale === 'log' ? [`${letter}mode=log`] : []),
  ...(domain ? [`${letter}min=${domain[0]},${letter}max=${domain[1]}`] : []),
];

function plotsOf(series: Series, key: string, name: string, rows: readonly CurveRow[]): readonly string[] {
  const colour = colourOf(series);
  const table = (y: string): string => `table[x=${key}x,y=${key}${y}] {\\figurefolder/${name}.dat};`;
  if (series.mark === 'band') {
    return [
      `\\addplot[name path=${key}low,draw=none] ${table('low')}`,
      `\\addplot[name path=${key}high,draw=none] ${table('high')}`,
      `\\addplot[${colour},fill opacity=0.22] fill between[of=${key}low and ${key}high];`,
    ];
  }
  const line = series.mark === 'points' ? 'only marks' : `${series.dash},thick`;
  const marks = series.mark === 'line' ? 'mark=none' : 'mark=*,mark size=1.1pt,mark options={solid}';
  const errors =
    series.mark === 'points' && rows.some(({ low }) => low !== null)
      ? [
          `\\addplot[${colour},only marks,mark=none,error bars/.cd,y dir=both,y explicit] table[x=${key}x,y=${key}y,y error minus expr=\\thisrow{${key}y}-\\thisrow{${key}low},y error plus expr=\\thisrow{${key}high}-\\thisrow{${key}y}] {\\figurefolder/${name}.dat};`,
        ]
      : [];
  return [...errors, `\\addplot[${colour},${line},${marks}] ${table('y')}`];
}

function symbolOf(series: Series): string {
  const colour = colourOf(series);
  const line = `\\draw[${colour},${series.dash},thick] (0,0)--(0.5,0);`;
  const point = `\\fill[${colour}] (0.25,0) circle (1.1pt);`;
  switch (series.mark) {
    case 'band':
      return `\\fill[${colour},opacity=0.22] (0,-0.08) rectangle (0.5,0.08);`;
    case 'line':
      return line;
    case 'points':
      return point;
    case 'line-and-points':
      return `${line} ${point}`;
  }
}
