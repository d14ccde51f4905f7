/**
 * An expression of arquero over the columns of a run: `pgdRadius / exactRadius`, `sqrt(dimension / clusters)`,
 * `robustAccuracy@0.8 > 0.5 && width == 3`.
 *
 * arquero compiles what it has parsed. Here every word is looked up before it gets that far: a column, a function of the list
 * below, or a constant; no dot, bracket, brace, assignment or quote within a quote is let through, so that nothing else can
 * be named or called. Aggregates are none of a run, and random and the clock would not replay.
 */
import { BadInput } from '@marginalia/core';
import { nearest } from '@marginalia/sweep';
import { table as arqueroTable } from 'arquero';
import type { Cell } from './aggregate.js';

export type Columns = Readonly<Record<string, readonly Cell[]>>;

/** Of arquero's functions those of numbers; `max` and `min` are its `greatest` and `least`. */
const functions = (
  'abs sqrt log exp pow min max round cbrt ceil expm1 floor greatest least log10 log1p log2 sign trunc ' +
  'acos acosh asin asinh atan atan2 atanh cos cosh sin sinh tan tanh'
).split(' ');
const arqueroName = (name: string): string => ({ max: 'greatest', min: 'least' })[name] ?? name;
const constants = ['PI', 'E', 'LN2', 'LN10', 'LOG2E', 'LOG10E', 'SQRT2', 'SQRT1_2', 'Infinity'];
const literals = ['true', 'false'];

const word = String.raw`[\p{L}_][\p{L}\d_]*(?:@\d+(?:\.\d+)?(?:e[+-]?\d+)?)?`;
const token = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    String.raw`d\s*\[\s*(?:"(?<double>[^"\\]*)"|'(?<single>[^'\\]*)')\s*\]`,
    String.raw`d\.(?<member>${word})`,
    String.raw`(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\p{L}\d_.]))`,
    String.raw`(?<text>"[^"\\\n]*"|'[^'\\\n]*')`,
    String.raw`(?:Math\.|op\.)?(?<call>[\p{L}_][\p{L}\d_]*)\s*(?=\()`,
    String.raw`(?:Math\.)?(?<name>${word})`,
    String.raw`(?<operator>\*\*|<=|>=|===|!==|==|!=|&&|\|\||[-+*/%<>!?:(),])`,
  ].join('|'),
  'uy',
);

/** What was typed instead of what was meant. */
const meant: Readonly<Record<string, string>> = {
  '=': '==',
  '^': '**',
  '&': '&&',
  '|': '||',
  '≤': '<=',
  '≥': '>=',
};

export interface Expression {
  /** In arquero's spelling, columns as `d["name"]`. */
  readonly source: string;
  /** The columns that it reads, each once. */
  readonly reads: readonly string[];
}

/** Throws BadInput that names `flag` and the nearest column or function. */
function expressionOf(text: string, columns: readonly string[], flag: string): Expression {
  const parts: string[] = [];
  const reads = new Set<string>();
  for (let at = 0; at < text.length;) {
    token.lastIndex = at;
    const found = token.exec(text)?.groups;
    if (!found) {
      const stranger = String.fromCodePoint(text.codePointAt(at) as number);
      const better = meant[stranger];
      throw new BadInput({
        expected: `${flag} to be an expression of columns, numbers, + - * / % ** < <= > >= == != && || ! ? : ( ) and functions`,
        got: `${JSON.stringify(stranger)} in ${JSON.stringify(text)}`,
        ...(better === undefined ? {} : { try: better }),
      });
    }
    at = token.lastIndex;
    const { space, double, single, member, number, text: quoted, call, name, operator } = found;
    if (space !== undefined) continue;
    if (call !== undefined) parts.push(arqueroName(known(call, functions, 'a function', flag)));
    else if (name !== undefined && !columns.includes(name) && [...constants, ...literals].includes(name))
      parts.push(name);
    else if (number !== undefined || quoted !== undefined || operator !== undefined)
      parts.push(number ?? quoted ?? (operator as string));
    else {
      const column = known(double ?? single ?? member ?? name ?? '', columns, 'a column', flag);
      reads.add(column);
      parts.push(`d[${JSON.stringify(column)}]`);
    }
  }
  // Apart, no two operators make a comment.
  return { source: parts.join(' '), reads: [...reads] };
}

/**
 * The value in every row, a truth value as 1 or 0; NaN in a row that lacks a column which the expression reads: what
 * was not measured is neither above nor below a number. Throws BadInput for what does not parse, and for text.
 */
export function evaluate(text: string, columns: Columns, flag: string): readonly number[] {
  const { source, reads } = expressionOf(text, Object.keys(columns).filter(isPublic), flag);
  const rows = Object.values(columns)[0]?.length ?? 0;
  const used = Object.fromEntries(reads.map((name) => [name, [...(columns[name] ?? [])]]));
  let values: unknown[];
  try {
    // A table of no column has no rows.
    values = arqueroTable({ '': Array.from({ length: rows }, () => 0), ...used } as Record<string, Cell[]>)
      .derive({ value: source })
      .array('value') as unknown[];
  } catch {
    throw new BadInput({
      expected: `${flag} to be an expression such as (a - b) / a`,
      got: `${JSON.stringify(text)}, which does not parse`,
    });
  }
  const lacks = (row: number): boolean =>
    reads.some((name) => columns[name]?.[row] === null || Number.isNaN(columns[name]?.[row]));
  return Array.from(values, (value, row) => {
    if (lacks(row)) return Number.NaN;
    if (typeof value === 'number') return value;
    if (typeof value === 'boolean') return value ? 1 : 0;
    throw new BadInput({
      expected: `${flag} to come to numbers or to true and false`,
      got: `${JSON.stringify(text)}, which comes to ${typeof value === 'string' ? JSON.stringify(value) : typeof value}`,
    });
  });
}

const mostNamed = 8;

/** The word, which is one of these; throws BadInput with the nearest of them. */
export function known(name: string, names: readonly string[], what: string, flag: string): string {
  if (names.includes(name)) return name;
  const near = nearest(name, names);
  const more = names.length > mostNamed ? `, and ${names.length - mostNamed} more` : '';
  throw new BadInput({
    expected: `${flag} to name ${what} (${names.slice(0, mostNamed).join(', ')}${more})`,
    got: JSON.stringify(name),
    ...(near === undefined ? {} : { try: near }),
  });
}

/** The unit of a run is nobody's to name. */
const isPublic = (name: string): boolean => !name.startsWith('\u0000');
