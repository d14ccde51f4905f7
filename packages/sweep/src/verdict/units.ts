/** Runs gathered into units: those that drew the same random numbers, of which a verdict learns once. */
import type { JudgedRun } from './gather.js';

/** In the order in which units first appear; a run without a unit is one by itself. */
export function unitsOf(judged: readonly JudgedRun[]): readonly (readonly JudgedRun[])[] {
  const units = new Map<string | JudgedRun, JudgedRun[]>();
  for (const one of judged) {
    const unit = units.get(one.run.unit ?? one);
    if (unit) unit.push(one);
    else units.set(one.run.unit ?? one, [one]);
  }
  return [...units.values()];
}
