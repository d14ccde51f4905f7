/** How an axis of a sweep is written in a figure: by the symbol of the papers where it has one. */
import type { AxisValue } from '@marginalia/theory';

const symbols: Readonly<Record<string, string>> = {
  dimension: 'd',
  clusters: 'k',
  width: 'm',
  samples: 'n',
  samplesPerCluster: 'n/k',
  stepSize: 'η',
  steps: 'T',
  initialScale: 's₀ = σ√d',
  pace: 'step size ηd/(mk)',
  time: 'training time ηdT/(mk)',
};

export const symbolOf = (axis: string): string => symbols[axis] ?? axis;

/** What comes before a value: `d = 1024`; a long description stays out. */
const short = (axis: string): string => symbolOf(axis).replace(/^.* (?=\S)/, '');

export const valueText = (value: AxisValue): string =>
  typeof value === 'string' ? value : String(Number(value.toPrecision(6)));

/** `d = 1024, k = 4, initialisation paper`. */
export const settingText = (axes: readonly string[], values: Readonly<Record<string, AxisValue>>): string =>
  axes
    .map((axis) => {
      const value = values[axis] ?? '';
      return typeof value === 'string'
        ? `${axis} ${value}`
        : `${axis in symbols ? short(axis) : axis} = ${valueText(value)}`;
    })
    .join(', ');
