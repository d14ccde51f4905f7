/** The command that computes the runs of a step again. */
import type { Step, SweepDefinition } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';

export interface Reproduced {
  readonly spelled: string;
  readonly preset: string;
  readonly definition: SweepDefinition;
}

/** Axes that the preset gives this one value anyway are left out. */
export function reproducing({ set, seed, runs }: Step, { spelled, preset, definition }: Reproduced): string {
  const { presets, values, defaultPreset } = definition;
  const settings = Object.entries(set).filter(([name, value]) => {
    const given = presets[preset]?.values[name] ?? values[name];
    return !(Array.isArray(given) && given.length === 1 && given[0] === value);
  });
  return commandLine(
    'run',
    spelled,
    ...(preset === defaultPreset ? [] : ['--preset', preset]),
    ...settings.flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    '--replicates',
    String(runs),
    '--seed',
    seed,
    '--out',
    `results/${definition.name}/shrink`,
  );
}
