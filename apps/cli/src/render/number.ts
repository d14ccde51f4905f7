/** Numbers for people: few digits, the same everywhere. */

/** Four significant digits; `–` for what is not a number. */
export function short(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return String(value);
  const text =
    size < 1e-3 || size >= 1e6 ? value.toExponential(Math.max(0, digits - 2)) : value.toPrecision(digits);
  return text.includes('e')
    ? text.replace(/\.?0+e/, 'e').replace('e+', 'e')
    : text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}

export const interval = (bounds: readonly [number, number] | null): string =>
  bounds ? `[${short(bounds[0], 3)}, ${short(bounds[1], 3)}]` : '';

/** `1 run`, `2 runs`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `640 MB`, `1.2 GB`: powers of ten. */
export function bytes(count: number): string {
  const [value, unit] = count < 1e9 ? [count / 1e6, 'MB'] : [count / 1e9, 'GB'];
  return `${Number(value.toPrecision(value < 10 ? 2 : 3))} ${unit}`;
}

/** `45 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')} min`;
}
