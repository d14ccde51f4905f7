/** Runs gathered into units: those that drew the same random numbers, of which a verdict learns once. */
import type { Evidence } from '@marginalia/theory';

/** In the order in which units first appear; a run without a unit is one by itself. */
export function unitsOf<One extends { readonly run: Pick<Evidence, 'unit'> }>(
  judged: readonly One[],
): readonly (readonly One[])[] {
  const units = new Map<string | One, One[]>();
  for (const one of judged) {
    const unit = units.get(one.run.unit ?? one);
    if (unit) unit.push(one);
    else units.set(one.run.unit ?? one, [one]);
  }
  return [...units.values()];
}
