/** What every PGFPlots file begins with: how it is included, and the colours of the light theme. */
import { latexText } from './latex-text.js';
import { themes } from './theme.js';
import type { FigureData } from './figure.js';

/** `libraries`: of PGFPlots and TikZ, beside what every figure needs. */
export function preamble({ title, caption }: FigureData, name: string): string {
  const { series, verdicts, ink, grid } = themes.light;
  const colour = (as: string, hex: string): string =>
    `\\definecolor{${as}}{HTML}{${hex.slice(1).toUpperCase()}}`;
  return [
    `% ${ascii(title)}`,
    `% ${ascii(caption)}`,
    '% In the preamble: \\usepackage{pgfplots}\\pgfplotsset{compat=1.18}',
    '%   \\usepgfplotslibrary{groupplots,fillbetween}\\usetikzlibrary{patterns}',
    `% In the text: \\input{${name}.tex}; where its data lie elsewhere, \\newcommand{\\figurefolder}{path} before.`,
    '\\providecommand{\\figurefolder}{.}',
    ...series.map((hex, at) => colour(`series${at}`, hex)),
    ...Object.entries(verdicts).map(([verdict, hex]) => colour(verdict, hex)),
    colour('ink', ink),
    colour('faintgrid', grid),
    '',
  ].join('\n');
}

/** For a comment: what LaTeX would not print anyway. */
const ascii = (text: string): string => latexText(text).replaceAll(/[$\\{}]/g, '');

/** Columns side by side, padded with nan, which PGFPlots leaves out. */
export function datTable(columns: readonly (readonly [string, readonly (number | null)[]])[]): string {
  const longest = Math.max(0, ...columns.map(([, values]) => values.length));
  const lines = Array.from({ length: longest }, (_, row) =>
    columns.map(([, values]) => String(values[row] ?? 'nan')).join(' '),
  );
  return `${[columns.map(([name]) => name).join(' '), ...lines].join('\n')}\n`;
}
