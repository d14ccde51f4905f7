/** Which sweeps judge a claim, and under which presets. */
import type { SweepDefinition } from '@marginalia/sweep';

export interface Judge {
  readonly sweep: string;
  /** The preset by which `check` runs it. */
  readonly quick: string;
  /** The presets under which it judges the claim, from small to large. */
  readonly presets: readonly string[];
}

/** By the claim's id, over the sweeps of the house in their order. */
export async function judges(): Promise<ReadonlyMap<string, readonly Judge[]>> {
  const [{ builtinSweeps }, { loadSweep }] = await Promise.all([
    import('@marginalia/sweeps'),
    import('@marginalia/sweep'),
  ]);
  const definitions = await Promise.all(Object.values(builtinSweeps).map((sweep) => loadSweep(sweep)));
  const found = new Map<string, Judge[]>();
  for (const definition of definitions) {
    const { name, presets, claims } = definition;
    const ids = new Set(
      [claims, ...Object.values(presets).map((preset) => preset.claims ?? [])].flat().map(({ id }) => id),
    );
    for (const id of ids) {
      const judging = Object.keys(presets).filter((preset) =>
        (presets[preset]?.claims ?? claims).some((claim) => claim.id === id),
      );
      found.set(id, [
        ...(found.get(id) ?? []),
        { sweep: name, quick: checkPreset(definition), presets: judging },
      ]);
    }
  }
  return found;
}

/** The preset by which `check` runs a sweep: `quick`, where it has one. */
export const checkPreset = ({
  presets,
  defaultPreset,
}: Pick<SweepDefinition, 'presets' | 'defaultPreset'>): string =>
  Object.hasOwn(presets, 'quick') ? 'quick' : defaultPreset;
