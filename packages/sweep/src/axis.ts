/** An axis of a sweep: what its values may be, how a command line spells them, and whether they key the randomness. */
import { BadInput } from '@marginalia/core';
import type { AxisValue } from '@marginalia/theory';

export interface Axis<Value extends AxisValue = AxisValue> {
  /** Symbol and meaning: `d, dimension of the inputs`. */
  readonly meaning: string;
  /** A value that `check` accepts, for hints. */
  readonly example: Value;
  /** Parse one value as written on a command line; throws BadInput that names the axis. */
  readonly parse: (name: string, text: string) => Value;
  /** Check a value given in code or parsed; throws BadInput that names the axis. */
  readonly check: (name: string, value: AxisValue) => Value;
  /**
   * Whether the value keys the random streams. False for axes that must see the same data
   * (a trainer, an attack budget): runs that differ only there share their random numbers.
   */
  readonly keysRandomness: boolean;
}

/** Of an axis whose values see the same data: runs that differ in it alone are of one unit. */
export const sameData = { keysRandomness: false } as const;

interface NumberOptions {
  readonly atLeast?: number;
  readonly above?: number;
  readonly atMost?: number;
  readonly keysRandomness?: boolean;
}

function numeric(kind: 'an integer' | 'a number', meaning: string, options: NumberOptions): Axis<number> {
  const range = [
    options.atLeast !== undefined ? `≥ ${options.atLeast}` : '',
    options.above !== undefined ? `> ${options.above}` : '',
    options.atMost !== undefined ? `≤ ${options.atMost}` : '',
  ]
    .filter(Boolean)
    .join(' and ');
  const example = exampleOf(kind, options);
  const check = (name: string, value: AxisValue): number => {
    const ok =
      typeof value === 'number' &&
      Number.isFinite(value) &&
      (kind === 'a number' || Number.isInteger(value)) &&
      value >= (options.atLeast ?? -Infinity) &&
      value <= (options.atMost ?? Infinity) &&
      (options.above === undefined || value > options.above);
    if (!ok) {
      throw new BadInput({
        expected: `${name} (${meaning}) to be ${kind}${range ? ` ${range}` : ''}`,
        // JSON would write Infinity as null.
        got: typeof value === 'number' ? String(value) : JSON.stringify(value),
        try: `--set ${name}=${example}`,
      });
    }
    return value;
  };
  return {
    meaning,
    example,
    keysRandomness: options.keysRandomness ?? true,
    check,
    parse: (name, text) =>
      check(name, text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)),
  };
}

/** The least number allowed; between the ends where the lower one is excluded. */
function exampleOf(
  kind: 'an integer' | 'a number',
  { atLeast = -Infinity, above = -Infinity, atMost = Infinity }: NumberOptions,
): number {
  const whole = (value: number): number => (kind === 'an integer' ? Math.ceil(value) : value);
  if (atLeast > above) return whole(atLeast);
  if (above === -Infinity) return whole(Math.min(1, Math.floor(atMost)));
  if (kind === 'an integer') return Math.floor(above) + 1;
  return above + 1 <= atMost ? above + 1 : (above + atMost) / 2;
}

export const integer = (meaning: string, options: NumberOptions = {}): Axis<number> =>
  numeric('an integer', meaning, options);

export const real = (meaning: string, options: NumberOptions = {}): Axis<number> =>
  numeric('a number', meaning, options);

export function choice<Name extends string>(
  meaning: string,
  names: readonly Name[],
  options: { readonly keysRandomness?: boolean } = {},
): Axis<Name> {
  const check = (name: string, value: AxisValue): Name => {
    const found = names.find((one) => one === value);
    if (found === undefined) {
      throw new BadInput({
        expected: `${name} (${meaning}) to be one of ${names.join(', ')}`,
        got: JSON.stringify(value),
        try: `--set ${name}=${names[0]}`,
      });
    }
    return found;
  };
  const [example] = names;
  if (example === undefined) {
    throw new BadInput({ expected: `at least one name of a choice (${meaning})`, got: 'none' });
  }
  return { meaning, example, keysRandomness: options.keysRandomness ?? true, check, parse: check };
}
