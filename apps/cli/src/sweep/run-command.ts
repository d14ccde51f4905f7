/** The command line that computes a plan, as short as it can be typed. */
import type { SweepIdentity } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';

/** Of a plan, or of what `sweep.json` says of one; `where`: the runs that are chosen of it; `others`: further flags. */
export function runCommand(
  spelled: string,
  asked: Pick<SweepIdentity, 'sweep' | 'preset' | 'seed' | 'replicates' | 'set'>,
  {
    out,
    where,
    others = [],
    word = 'run',
  }: {
    readonly out: string;
    readonly where?: string | undefined;
    readonly others?: readonly string[];
    readonly word?: string;
  },
): string {
  const { sweep, preset, seed, replicates, set = {} } = asked;
  const settings = Object.entries(set).map(([axis, values]) => `${axis}=${values}`);
  return commandLine(
    word,
    spelled,
    '--preset',
    preset,
    ...(settings.length > 0 ? ['--set', ...settings] : []),
    '--replicates',
    String(replicates),
    // The seed of whoever names none.
    ...(seed === '1' ? [] : ['--seed', seed]),
    ...(out === `results/${sweep}/${preset}` ? [] : ['--out', out]),
    ...(where === undefined ? [] : ['--where', where]),
    ...others,
  );
}
