/** A number written out in a text, compared with what is measured at the digits that it has. */

export interface Literal {
  readonly value: number;
  /** Half a unit of its last digit. */
  readonly half: number;
  /** What stands in brackets, in the same unit; absent where nothing does. */
  readonly error: { readonly value: number; readonly half: number } | undefined;
}

/** Commands that change how a number looks and not what it is. */
const dressing = /\\(?:num|ensuremath|mathrm|mathbf|text|textbf|mathord)\s*(?=\{)|\\[,;:! ]|[\s$~{}]/g;

/** `0.499`, `$-0.493$`, `\num{1.2e-9}`, `1.2\times10^{-9}`, `98.5\,\%`, `17.41(3)`, `17.41 \pm 0.03`; undefined for a word. */
export function literalOf(text: string): Literal | undefined {
  const bare = text
    .replaceAll(/\\(?:times|cdot)\s*10\s*\^\s*(?:\{\s*([-−+]?\d+)\s*\}|(\d))/g, 'e$1$2')
    .replaceAll(dressing, '')
    .replaceAll('−', '-')
    .replaceAll('\\pm', '±');
  const found =
    /^([-+]?)(\d+)(?:\.(\d*))?(?:\((\d+(?:\.\d+)?)\)|±(\d+)(?:\.(\d+))?)?(?:e([-+]?\d+))?(\\?%)?$/.exec(bare);
  if (!found) return undefined;
  const [, sign = '', whole = '', part = '', bracket, plus, plusPart = '', power = '0', percent] = found;
  const scale = Number(power) - (percent === undefined ? 0 : 2);
  const unit = Number(`1e${scale - part.length}`);
  const at = (digits: string, decimals: string): number =>
    Number(`${digits}${decimals}e${scale - decimals.length}`);
  const error =
    bracket !== undefined
      ? bracket.includes('.')
        ? { value: Number(`${bracket}e${scale}`), half: unit / 2 }
        : { value: Number(bracket) * unit, half: unit / 2 }
      : plus !== undefined
        ? { value: at(plus, plusPart), half: Number(`1e${scale - plusPart.length}`) / 2 }
        : undefined;
  return { value: (sign === '-' ? -1 : 1) * at(whole, part), half: unit / 2, error };
}

/** A value halfway between two literals is either; the rest is the rounding of the comparison. */
const rounding = 1e-9;

export const agrees = (value: number, { value: written, half }: Pick<Literal, 'value' | 'half'>): boolean =>
  Math.abs(value - written) <= half * (1 + rounding) + rounding * Math.abs(value) * 1e-3;
