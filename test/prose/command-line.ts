/** Command lines of a `sh` block that call marginalia, and whether the command line tool would take them. */
import { fileURLToPath } from 'node:url';
import { plan, type SweepDefinition } from '@marginalia/sweep';
import { builtinSweeps } from '@marginalia/sweeps';
import { claims } from '@marginalia/theory';
import { Parser, type Command } from '@oclif/core';
import { claimsCalled } from 'marginalia';
import { overrides, splitSettings } from '../../apps/cli/src/overrides.js';

export type Commands = Readonly<Record<string, Command.Class>>;

/** The arguments of every call `npx marginalia …` or `marginalia …` of a block; pipes, redirections and comments end one. */
export function marginaliaCalls(block: string): string[][] {
  const calls: string[][] = [];
  for (const line of block.replaceAll(/\\\n/g, ' ').split('\n')) {
    for (const part of simpleCommands(line.replace(/^\s*\$ /, ''))) {
      const words = part[0] === 'npx' ? part.slice(1) : part;
      if (words[0] === 'marginalia') calls.push(words.slice(1));
    }
  }
  return calls;
}

/** Words of a line, split at `|`, `&&`, `||` and `;`; quotes group, `#` begins a comment, redirections are dropped. */
function simpleCommands(line: string): string[][] {
  const tokens =
    line.match(/'[^']*'|"[^"]*"|\d?>{1,2}&?\s*\S+|<\s*\S+|\|\||&&|[|;]|(?:[^\s'"|;&<>]|'[^']*'|"[^"]*")+/g) ??
    [];
  const commands: string[][] = [[]];
  for (const token of tokens) {
    if (token.startsWith('#')) break;
    if (/^(\|\||&&|[|;])$/.test(token)) commands.push([]);
    else if (!/^\d?[<>]/.test(token)) commands.at(-1)?.push(token.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
  }
  return commands.filter((command) => command.length > 0);
}

/** Rejects when there is no such command, flag, argument, sweep, preset or axis. Nothing runs. */
export async function parseCall(call: readonly string[], commands: Commands): Promise<void> {
  const topic = Object.hasOwn(commands, call.slice(0, 2).join(':'));
  const name = topic ? call.slice(0, 2).join(':') : call[0];
  const rest = call.slice(topic ? 2 : 1);
  if (name === undefined || name === '--help' || name === '--version') return;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Error(`no command ${name}; there are ${Object.keys(commands).join(', ')}`);
  if (rest.includes('--help')) return;
  const { argv, flags } = await Parser.parse(rest, {
    args: command.args ?? {},
    flags: { ...command.baseFlags, ...command.flags },
    strict: command.strict,
  });
  if (name === 'run' || name === 'slurm:submit') await planRun(argv as string[], flags as RunFlags);
  if (name === 'check') await planCheck(argv as string[], (flags as { claims?: readonly string[] }).claims);
}

/** Sweeps are ours, or paths; a pattern means some claim of the registry. */
async function planCheck(words: readonly string[], patterns: readonly string[] = []): Promise<void> {
  const stranger = words.find((word) => !/\.[jt]s$/.test(word) && !Object.hasOwn(builtinSweeps, word));
  if (stranger !== undefined) throw new Error(`no sweep ${stranger}`);
  await claimsCalled(
    patterns,
    claims.map(({ id }) => id),
  );
}

interface RunFlags {
  readonly preset?: string;
  readonly set?: readonly string[];
}

/** Expand the grid of one of our sweeps; the path of a reader's own sweep is taken on trust. */
async function planRun(words: readonly string[], { preset, set }: RunFlags): Promise<void> {
  const { settings, others } = splitSettings(words);
  const [sweep = ''] = others;
  if (others.length !== 1) throw new Error(`one sweep, not ${others.length}`);
  if (/\.[jt]s$/.test(sweep)) return;
  if (!Object.hasOwn(builtinSweeps, sweep)) throw new Error(`no sweep ${sweep}`);
  const file = fileURLToPath(new URL(`../../sweeps/src/${sweep}.ts`, import.meta.url));
  const { default: definition } = (await import(/* @vite-ignore */ file)) as { default: SweepDefinition };
  plan(definition, {
    code: 'prose',
    set: overrides([...(set ?? []), ...settings]),
    ...(preset ? { preset } : {}),
  });
}
