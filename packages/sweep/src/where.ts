/**
 * Choosing runs by their axes: `dimension>=1024 clusters=4,8` is every run of which all comparisons are true. What is chosen
 * is computed or shown; what a run is does not depend on it.
 */
import { BadInput } from '@marginalia/core';
import type { AxisValue } from '@marginalia/theory';
import type { Run } from './identity.js';
import { nearest } from './nearest.js';
import type { Plan } from './plan.js';

/** Axis → the values that it takes in what is chosen from. */
export type TakenValues = Readonly<Record<string, readonly AxisValue[]>>;
export type Chosen = (run: Pick<Run, 'axes' | 'replicate'>) => boolean;

type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';
const spellings: Readonly<Record<string, Operator>> = { '==': '=', '≥': '>=', '≤': '<=', '≠': '!=' };
const term = /\s*([A-Za-z_][\w.-]*)\s*(>=|<=|!=|==|[=<>≥≤≠])\s*([^\s=<>≥≤≠!]+)(?=\s|$)/y;

/**
 * `axis operator value`, separated by white space; operators are = != < <= > >=, and = and != take several values,
 * `clusters=4,8`: any of them, none of them. `replicate` counts as an axis.
 * Throws BadInput that names the axis and what is allowed: for an axis that is none, a value that nothing takes, words in order.
 */
export function where(text: string, taken: TakenValues): Chosen {
  const comparisons: Chosen[] = [];
  term.lastIndex = 0;
  while (text.slice(term.lastIndex).trim() !== '') {
    const at = term.lastIndex;
    const [, axis = '', spelled = '', value = ''] = term.exec(text) ?? [];
    if (axis === '') {
      throw new BadInput({
        expected: `comparisons such as ${example(taken)}, by = != < <= > >=`,
        got: JSON.stringify(text.slice(at).trim()),
      });
    }
    comparisons.push(comparison(axis, spellings[spelled] ?? (spelled as Operator), value, taken));
  }
  if (comparisons.length === 0)
    throw new BadInput({ expected: `a comparison such as ${example(taken)}`, got: 'nothing' });
  return (run) => comparisons.every((holds) => holds(run));
}

/** The plan with the chosen runs alone: cells, identity and everything else stay. Throws BadInput where none is left. */
export function planWhere(plan: Plan, text: string): Plan {
  const chosen = where(text, takenBy(plan.axisNames, plan.cells));
  const runs = plan.runs.filter(chosen);
  if (runs.length > 0) return { ...plan, runs };
  throw new BadInput({
    expected: `a condition that some run of ${plan.sweep} meets`,
    got: `${JSON.stringify(text)}, which none of ${plan.runs.length} meets`,
  });
}

/** The distinct values of each axis, in the order in which they come. */
export function takenBy(names: readonly string[], cells: readonly Run['axes'][]): TakenValues {
  return Object.fromEntries(
    names.map((name) => {
      const values = new Set<AxisValue>();
      for (const cell of cells) if (cell[name] !== undefined) values.add(cell[name]);
      return [name, [...values]];
    }),
  );
}

function comparison(axis: string, operator: Operator, text: string, taken: TakenValues): Chosen {
  const values = taken[axis];
  if (values === undefined && axis !== 'replicate') {
    const known = [...Object.keys(taken), 'replicate'];
    const close = nearest(axis, known);
    throw new BadInput({
      expected: `an axis (${known.join(', ')})`,
      got: axis,
      ...(close === undefined ? {} : { try: `${close}${operator}${text}` }),
    });
  }
  const valueOf: (run: Parameters<Chosen>[0]) => AxisValue | undefined =
    values === undefined ? ({ replicate }) => replicate : ({ axes }) => axes[axis];
  if (operator === '=' || operator === '!=') {
    const meant = text.split(',').map((one) => meantBy(axis, one, values));
    return operator === '='
      ? (run) => meant.some((value) => value === valueOf(run))
      : (run) => meant.every((value) => value !== valueOf(run));
  }
  if (values?.some((value) => typeof value !== 'number')) {
    throw new BadInput({
      expected: `${axis} to be compared by = or !=, for it is one of ${few(values)}`,
      got: `${axis}${operator}${text}`,
    });
  }
  const limit = Number(text);
  if (Number.isNaN(limit)) {
    throw new BadInput({
      expected: `${axis} to be compared with a number${values ? `; it takes ${few(values)}` : ''}`,
      got: `${axis}${operator}${text}`,
    });
  }
  const holds = orders[operator];
  return (run) => holds(Number(valueOf(run)), limit);
}

const orders = {
  '<': (a: number, b: number): boolean => a < b,
  '<=': (a: number, b: number): boolean => a <= b,
  '>': (a: number, b: number): boolean => a > b,
  '>=': (a: number, b: number): boolean => a >= b,
};

/** The value of the axis that is spelled so, as a number (`1e3` is 1000) or as a word. */
function meantBy(axis: string, text: string, values: readonly AxisValue[] | undefined): AxisValue {
  const found = values?.find((value) =>
    typeof value === 'number' ? value === Number(text) : value === text,
  );
  if (found !== undefined && text !== '') return found;
  if (values === undefined && /^\d+$/.test(text)) return Number(text);
  // Of numbers none is a misspelling of another.
  const close = nearest(text, (values ?? []).filter((value) => typeof value !== 'number').map(String));
  throw new BadInput({
    expected: `${axis} to be ${values === undefined ? 'a whole number ≥ 0' : `one of ${few(values)}`}`,
    got: text === '' ? `${axis}=` : text,
    ...(close === undefined ? {} : { try: `${axis}=${close}` }),
  });
}

const mostShown = 12;

const few = (values: readonly AxisValue[]): string =>
  [
    ...values.slice(0, mostShown),
    ...(values.length > mostShown ? [`${values.length - mostShown} more`] : []),
  ].join(', ');

/** A comparison that these axes take. */
function example(taken: TakenValues): string {
  const [name = 'replicate', values = [0]] = Object.entries(taken).find(([, some]) => some.length > 0) ?? [];
  return `${name}=${values[0]}`;
}
