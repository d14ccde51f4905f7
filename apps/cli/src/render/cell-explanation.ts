/** Why cells are computed, or not: in words. */
import type { CellReasons, Run, Why } from '@marginalia/sweep';
import type { ExplainedCells } from '../explain/cells.js';
import { changedCode } from '../sweep/changed-code.js';
import { runCommand } from '../sweep/run-command.js';
import { cellNames } from './cells.js';
import { plural } from './number.js';
import type { Paint } from './terminal.js';
import { paragraph, wrap } from './wrap.js';

const mostCells = 12;

export function cellExplanation(explained: ExplainedCells, width: number, paint: Paint): string {
  const { plan, out, cells, question, asked } = explained;
  const names = cellNames(cells.map(({ axes }) => axes));
  const missing = cells.flatMap(({ runs }) => runs).filter(({ why }) => why.kind !== 'there').length;
  const more = cells.length - mostCells;
  return [
    paint(
      'strong',
      wrap([`${plan.sweep} (${plan.preset})`, ...asked, `in ${out}`].join(' '), width).join('\n'),
    ),
    ...cells
      .slice(0, mostCells)
      .map((cell, at) =>
        [
          ...wrap(names[at] ?? '', width),
          ...reasonLines(cell, explained).map((line) => paragraph(line, width, 2)),
        ].join('\n'),
      ),
    ...(more > 0 ? [`and ${plural(more, 'more cell')}; --json lists all`] : []),
    missing === 0
      ? 'Nothing of it would be computed again.'
      : `To compute ${plural(missing, 'run')}:\n  ${runCommand(question.reference.spelled, plan, { out })}`,
  ].join('\n\n');
}

/** `is there: 5 of 5 replicates`, `will be computed again: …`: a line a reason, with its replicates where there are several. */
function reasonLines({ runs, nearest }: CellReasons, explained: ExplainedCells): readonly string[] {
  const groups = new Map<string, number[]>();
  for (const { run, why } of runs) {
    const line = inWords(run, why, explained);
    groups.set(line, [...(groups.get(line) ?? []), run.replicate]);
  }
  const total = runs.length;
  const lines = [...groups].map(([line, replicates]) =>
    line === there
      ? `${line}: ${replicates.length} of ${plural(total, 'replicate')}`
      : total === 1 || replicates.length === total
        ? line
        : `${ranges(replicates)} ${line}`,
  );
  return nearest === undefined ? lines : [...lines, nearestInWords(nearest)];
}

const there = 'is there';

function inWords(run: Run, why: Why, { plan, identity, question }: ExplainedCells): string {
  switch (why.kind) {
    case 'there':
      return there;
    case 'failed':
      return `will be computed again: it failed (${why.failure})`;
    case 'never':
      return 'will be computed: it was never measured';
    case 'changed':
      return `will be computed again: ${why.fields
        .map((field) => {
          if (field === 'seed') return `the seed was ${why.earlier.seed}, and is ${plan.seed}`;
          if (field === 'facts') return factsInWords(why.earlier.facts, run.facts ?? {});
          const parts = why.earlier.code === identity?.code ? identity.parts : undefined;
          const changed = changedCode(parts, question);
          return changed === undefined
            ? 'the code changed since (which part is known of the last code of a folder alone)'
            : `the code of ${changed} changed since`;
        })
        .join('; ')}`;
  }
}

function factsInWords(then: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string {
  const names = [...new Set([...Object.keys(then), ...Object.keys(now)])].filter(
    (name) => then[name] !== now[name],
  );
  return `the environment changed: ${names
    .map((name) => `${name} was ${then[name] ?? 'not there'}, and is ${now[name] ?? 'not there'}`)
    .join(', ')}`;
}

function nearestInWords(differing: NonNullable<CellReasons['nearest']>): string {
  const there = Object.entries(differing).filter(([, value]) => value !== undefined);
  const news = Object.keys(differing).filter((axis) => differing[axis] === undefined);
  return [
    'the nearest cell that was tried has',
    [
      ...(there.length > 0 ? [there.map(([axis, value]) => `${axis}=${value}`).join(' ')] : []),
      ...(news.length > 0 ? [`no axis ${news.join(', ')}`] : []),
    ].join(', and '),
  ].join(' ');
}

/** `replicates 0–3 and 7`; `replicate 2`. */
function ranges(replicates: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const one of replicates) {
    const last = runs.at(-1);
    if (last && last[1] === one - 1) last[1] = one;
    else runs.push([one, one]);
  }
  const said = runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  const last = said.pop() ?? '';
  return `replicate${replicates.length === 1 ? '' : 's'} ${said.length > 0 ? `${said.join(', ')} and ` : ''}${last}`;
}
