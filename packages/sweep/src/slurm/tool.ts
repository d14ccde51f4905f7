/** Slurm's own commands, called as a user would. */
import { spawnSync } from 'node:child_process';
import { BadInput } from '@marginalia/core';

export type Tool = 'sbatch' | 'squeue' | 'scontrol' | 'sacct';

/** `refused`: it ran and said no, or did not answer. */
export type Answer =
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'absent' };

/** A controller that is down is asked again by the tools for about a minute. */
const patienceMs = 120_000;

export function ask(tool: Tool, args: readonly string[]): Answer {
  const { status, signal, stdout, stderr, error } = spawnSync(tool, args, {
    encoding: 'utf8',
    timeout: patienceMs,
    maxBuffer: 2 ** 28,
  });
  if (error && 'code' in error && error.code === 'ENOENT') return { kind: 'absent' };
  if (status === 0) return { kind: 'answered', text: stdout };
  const said = oneLine(stderr) || oneLine(stdout) || error?.message || 'and says nothing';
  return { kind: 'refused', why: `exit code ${status ?? signal ?? '?'}: ${said}` };
}

/** Throws BadInput where Slurm is absent, or refuses; `expected` says what was asked of it. */
export function answerOf(tool: Tool, args: readonly string[], expected: string): string {
  const answer = ask(tool, args);
  if (answer.kind === 'absent') throw absent(tool);
  if (answer.kind === 'refused') throw new BadInput({ expected, got: answer.why });
  return answer.text;
}

export const absent = (tool: Tool): BadInput =>
  new BadInput({
    expected: `Slurm's ${tool} in the PATH`,
    got: 'no such command',
    try: 'a login node of the cluster, or marginalia run --shard i/N on each machine',
  });

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, '; ');
