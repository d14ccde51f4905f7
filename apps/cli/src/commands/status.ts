import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { Verdict } from '@marginalia/sweep';
import { MarginaliaCommand } from '../command.js';
import { commandLine } from '../command-line.js';
import { failedIn, nextOf, type Standing, stateOf, statusReport, statusTable } from '../render/status.js';
import { coloured, columns, painter } from '../render/terminal.js';
import { tally, verdictTable } from '../render/verdicts.js';
import { resultFolders } from '../result-folders.js';
import { standingVerdicts } from '../sweep/standing-verdicts.js';

export default class StatusCommand extends MarginaliaCommand {
  static override summary = 'Say how the runs of a folder stand, at any moment.';
  static override description =
    'True also while a sweep runs, and after it was killed: what is planned, measured and failed, who is at work, what to type next.';
  static override usage = 'status DIR… [FLAGS]';
  static override examples = [
    '<%= config.bin %> status results/feature-averaging/quick',
    '<%= config.bin %> status results',
    '<%= config.bin %> status results/feature-averaging/quick --verdicts',
  ];
  static override strict = false;
  static override args = {
    dirs: Args.string({
      description: 'folders of results, or folders above such; results when absent',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    verdicts: Flags.boolean({ description: 'Judge the claims on what is there.' }),
    json: Flags.boolean({ description: 'One JSON document on standard output.' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(StatusCommand);
    const words = argv as string[];
    const named = words.length === 0 ? ['results'] : words;
    const folders = [...new Set(named.flatMap(foldersAt))];
    const single = folders.length === 1 && folders[0] === named[0];
    const standings: Standing[] = [];
    for (const out of folders) standings.push(await standingOf(out, !single));
    const verdicts = new Map<string, readonly Verdict[]>();
    if (flags.verdicts) {
      for (const { kind, out } of standings)
        if (kind === 'stands') verdicts.set(out, await standingVerdicts(out));
    }
    if (flags.json) {
      this.printJson(standings.map((standing) => documentOf(standing, verdicts.get(standing.out))));
      return;
    }
    const [width, paint] = [columns(), painter(coloured())];
    const [first] = standings;
    const parts =
      standings.length === 1 && first?.kind === 'stands'
        ? [statusReport(first.out, first.status, width, paint)]
        : [statusTable(standings, width, paint)];
    for (const [out, judged] of verdicts) {
      if (judged.length === 0) continue;
      const heading = standings.length > 1 ? `${out}, as it stands: ` : 'As it stands: ';
      parts.push(`${heading}${tally(judged)}\n\n${verdictTable(judged, width, paint)}`);
    }
    process.stdout.write(`${parts.join('\n\n')}\n`);
  }
}

/** The folder itself where it holds results, else those below. Throws BadInput where there are none. */
function foldersAt(dir: string): readonly string[] {
  if (existsSync(join(dir, 'sweep.json'))) return [dir];
  const below = resultFolders(dir);
  if (below.length > 0) return below;
  const there = statSync(dir, { throwIfNoEntry: false });
  throw new BadInput({
    expected: `results of a sweep in ${dir}, or below it`,
    got: there === undefined ? 'no such folder' : there.isDirectory() ? 'no sweep.json' : 'a file',
    try: commandLine('list', 'sweeps'),
  });
}

/** `among`: one of several, which all are shown whatever is wrong with one of them. */
async function standingOf(out: string, among: boolean): Promise<Standing> {
  const { statusOf } = await import('@marginalia/sweep');
  try {
    return { kind: 'stands', out, status: statusOf(out) };
  } catch (error) {
    if (!(error instanceof BadInput) || !among) throw error;
    return { kind: 'unreadable', out, why: error.message };
  }
}

/** `state`, and what `statusOf` says. */
function documentOf(standing: Standing, verdicts: readonly Verdict[] | undefined): unknown {
  if (standing.kind === 'unreadable') return { out: standing.out, state: 'unreadable', why: standing.why };
  const { out, status } = standing;
  const { identity, planned, measured, failed, remaining, conflicts, quietMs, ...rest } = status;
  const { sweep, preset, seed, code, reference } = identity;
  return {
    out,
    sweep,
    preset,
    seed,
    code,
    reference,
    state: stateOf(status),
    planned: planned ?? null,
    measured,
    failed: failedIn(status),
    failures: failed,
    remaining: remaining ?? null,
    ...rest,
    conflicts: conflicts ?? null,
    quietMs: quietMs ?? null,
    next: nextOf(out, status) ?? null,
    ...(verdicts ? { verdicts } : {}),
  };
}
