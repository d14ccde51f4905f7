/**
 * A value with its standard error as physicists print it, `0.4435(1)`: the error to one or two digits, the value to its last.
 *
 * How many digits is the rule of the Particle Data Group (Review of Particle Physics, Introduction, § 5.3): of the three
 * highest digits of the error, 100–354 are rounded to two digits, 355–949 to one, and 950–999 up to 1000, kept to two.
 * So an error is never off by more than 14 %. The digits in brackets count in the last place of the value, as siunitx reads them.
 */

export interface Uncertain {
  /** Without its exponent: `1.20`, `-174`. */
  readonly value: string;
  /** `3`: units of the last digit of the value; absent where nothing is known of the error, or it is rounding. */
  readonly error?: string;
  /** Power of ten; 0 for sizes between 1e-3 and 1e6. */
  readonly exponent: number;
}

/** An error below this part of the value is that of a sum in double precision. */
const rounding = 1e-12;
const digitsWithoutError = 4;

/** For finite values; `error` may be NaN, which is none. */
export function uncertain(value: number, error = Number.NaN): Uncertain {
  if (!(error > rounding * Math.abs(value)) || !Number.isFinite(error)) return certain(value);
  const { place, units } = roundedError(error);
  const exponent = exponentOf(Math.max(Math.abs(value), error));
  const decimals = exponent - place;
  const scaled = scale(value, -exponent);
  if (decimals >= 0)
    return { value: scaled.toFixed(Math.min(decimals, 100)), error: String(units), exponent };
  const whole = scale(Math.round(scale(scaled, decimals)), -decimals);
  return { value: whole.toFixed(0), error: scale(units, -decimals).toFixed(0), exponent };
}

/** Four significant digits; whole numbers below a million as they are. */
function certain(value: number): Uncertain {
  if (value === 0 || (Number.isInteger(value) && Math.abs(value) < 1e6))
    return { value: String(value === 0 ? 0 : value), exponent: 0 };
  const exponent = exponentOf(Math.abs(value));
  const digits = Number(scale(value, -exponent).toPrecision(digitsWithoutError));
  return { value: String(digits), exponent };
}

/** The error in units of 10^place, by the rule above. */
export function roundedError(error: number): { readonly place: number; readonly units: number } {
  const [mantissa = '', power = ''] = error.toExponential(2).split('e');
  const [three, high] = [Math.round(Number(mantissa) * 100), Number(power)];
  if (three <= 354) return { place: high - 1, units: Math.round(three / 10) };
  if (three <= 949) return { place: high, units: Math.round(three / 100) };
  return { place: high, units: 10 };
}

const exponentOf = (size: number): number =>
  size !== 0 && (size < 1e-3 || size >= 1e6) ? Number(size.toExponential().split('e')[1]) : 0;

/** value · 10^power, by the decimal spelling: no rounding but that of the result. */
function scale(value: number, power: number): number {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  return Number(`${mantissa}e${Number(exponent) + power}`);
}

/** As siunitx reads it: `0.4435(1)`, `1.20(3)e-7`. */
export const siunitxText = ({ value, error, exponent }: Uncertain): string =>
  `${value}${error === undefined ? '' : `(${error})`}${exponent === 0 ? '' : `e${exponent}`}`;

/** The value alone, to the last digit that its error leaves: `0.499`, `-1.2e-9`. */
export function roundedTo(value: number, error = Number.NaN): string {
  const { value: digits, exponent } = uncertain(value, error);
  return `${digits}${exponent === 0 ? '' : `e${exponent}`}`;
}
