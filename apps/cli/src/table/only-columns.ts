/** `--columns exactRadius,gap`: of all measurements these, as if no other had been made. */
import type { RunColumns } from './columns.js';

/** A grid of measurements may be named as a whole, `robustAccuracy` for every `robustAccuracy@…`. Rejects with BadInput for a name that is none. */
export async function onlyColumns(all: RunColumns, typed: string): Promise<RunColumns> {
  const { known } = await import('./expression.js');
  const names = typed.split(',').flatMap((text) => {
    const name = text.trim();
    const entries = all.measurements.filter((one) => one.startsWith(`${name}@`));
    return entries.length > 0 ? entries : [known(name, all.measurements, 'a measurement', '--columns')];
  });
  const chosen = [...new Set(names)];
  return { ...all, measurements: chosen, headline: all.headline.length > 0 ? chosen : [] };
}
