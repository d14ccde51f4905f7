/** `dimension=2 width=4 #3`: the setting of a run and its replicate. */
import type { Run } from '../../identity.js';

export const axesInWords = ({ axes, replicate }: Pick<Run, 'axes' | 'replicate'>): string =>
  [...Object.entries(axes).map(([name, value]) => `${name}=${value}`), `#${replicate}`].join(' ');
