/** A grid as LaTeX: booktabs, and siunitx columns that align at the decimal point; ASCII in every case. */
import { BadInput } from '@marginalia/core';
import { latexText } from '../figure/latex-text.js';
import type { Cell, Grid } from './aggregate.js';
import { siunitxText, uncertain } from './uncertain.js';

export interface LatexOptions {
  /** What stands above the columns of axes, as LaTeX: `dimension` → `$d$`. */
  readonly symbols: Readonly<Record<string, string>>;
  /** Lines of a comment: where the numbers come from. */
  readonly provenance: readonly string[];
  /** LaTeX, as it is typed. */
  readonly caption?: string | undefined;
  readonly label?: string | undefined;
}

interface Column {
  readonly heading: string;
  /** `l`, or an `S` column with room for its longest number. */
  readonly type: string;
  readonly cells: readonly string[];
}

/**
 * A `tabular`, within a `table` where it has a caption or a label. An error stands with its value, `0.4435(1)`, and has no
 * column. Needs `\usepackage{booktabs}` and `\usepackage{siunitx}`. Throws BadInput for a label that is none, and a caption
 * whose braces do not match.
 */
export function latexTable(grid: Grid, { symbols, provenance, caption, label }: LatexOptions): string {
  refuseCaption(caption, label);
  const columns = shownColumns(grid).map((name) => columnOf(grid, name, symbols[name] ?? latexText(name)));
  const floats = caption !== undefined || label !== undefined;
  const rowOf = (cells: readonly string[]): string => `  ${cells.join(' & ')} \\\\`;
  const tabular = [
    `\\begin{tabular}{${columns.map(({ type }) => type).join('')}}`,
    '  \\toprule',
    rowOf(columns.map(({ heading }) => `{${heading}}`)),
    '  \\midrule',
    ...grid.rows.map((_, at) => rowOf(columns.map(({ cells }) => cells[at] ?? ''))),
    '  \\bottomrule',
    '\\end{tabular}',
  ];
  return [
    ...provenance.map((line) => `% ${line.replaceAll(/[^ -~]/g, '?')}`),
    '% \\usepackage{booktabs} \\usepackage{siunitx}',
    ...(floats
      ? [
          '\\begin{table}',
          '  \\centering',
          ...(caption === undefined ? [] : [`  \\caption{${caption}}`]),
          ...(label === undefined ? [] : [`  \\label{${label}}`]),
          ...tabular.map((line) => `  ${line}`),
          '\\end{table}',
        ]
      : tabular),
    '',
  ].join('\n');
}

/** The columns that a page has room for: the headline where there is one; no errors, and nothing that no row holds. */
function shownColumns({ names, rows, measurements, headline }: Grid): readonly string[] {
  const page = new Set(headline.length > 0 ? headline : measurements);
  const secondary = new Set(
    measurements.flatMap((name) => [
      `${name}_se`,
      `${name}_median_se`,
      `${name}_n`,
      ...(headline.length > 0 ? [`${name}_median`] : []),
      ...(page.has(name) ? [] : [name]),
    ]),
  );
  if (rows.every((row) => !row['failed'])) secondary.add('failed');
  const holds = (name: string): boolean => rows.some((row) => isThere(row[name] ?? null));
  return names.filter((name) => !secondary.has(name) && (rows.length === 0 || holds(name)));
}

function columnOf({ rows, measurements }: Grid, name: string, heading: string): Column {
  const isMean = measurements.includes(name) || measurements.some((one) => name === `${one}_median`);
  const values = rows.map((row) => row[name] ?? null);
  if (values.some((value) => typeof value === 'string')) {
    return {
      heading,
      type: 'l',
      cells: values.map((value) => (value === null ? '--' : latexText(String(value)))),
    };
  }
  const cells = rows.map((row) => {
    const value = row[name] ?? null;
    if (!isThere(value)) return '{--}';
    if (!Number.isFinite(value)) return Number(value) > 0 ? '{$\\infty$}' : '{$-\\infty$}';
    const error = row[`${name}_se`];
    // An axis is what was asked for, up to the rounding of a derived one.
    return isMean
      ? siunitxText(uncertain(Number(value), typeof error === 'number' ? error : Number.NaN))
      : String(Number(Number(value).toPrecision(6))).replace('e+', 'e');
  });
  return { heading, type: `S[table-format=${formatOf(cells)}]`, cells };
}

const number = /^(-?)(\d+)(?:\.(\d+))?(?:\((\d+)\))?(?:e(-?)(\d+))?$/;

/** `-2.4(2)e-1`: as many places as the longest number of a column takes in each part. */
function formatOf(cells: readonly string[]): string {
  const parts = cells.flatMap((cell) => {
    const found = number.exec(cell);
    return found ? [found] : [];
  });
  const most = (group: number): number => Math.max(0, ...parts.map((part) => part[group]?.length ?? 0));
  const any = (group: number): string => (parts.some((part) => part[group] === '-') ? '-' : '');
  const [decimals, digits, power] = [most(3), most(4), most(6)];
  return [
    `${any(1)}${Math.max(1, most(2))}${decimals > 0 ? `.${decimals}` : ''}`,
    digits > 0 ? `(${digits})` : '',
    power > 0 ? `e${any(5)}${power}` : '',
  ].join('');
}

const isThere = (cell: Cell): cell is NonNullable<Cell> => cell !== null && !Number.isNaN(cell);

function refuseCaption(caption: string | undefined, label: string | undefined): void {
  if (label !== undefined && !/^[\w:.-]+$/.test(label)) {
    throw new BadInput({
      expected: '--label to be of letters, digits and : . - _',
      got: JSON.stringify(label),
      try: '--label tab:radii',
    });
  }
  let open = 0;
  for (const [brace] of (caption ?? '').matchAll(/\\.|[{}]/g)) {
    open += brace === '{' ? 1 : brace === '}' ? -1 : 0;
    if (open < 0) break;
  }
  if (open !== 0) {
    throw new BadInput({ expected: '--caption with as many { as }', got: JSON.stringify(caption) });
  }
}
