/** Command lines of a `sh` block that call marginalia, and whether the command line tool would take them. */
import { Parser, type Command } from '@oclif/core';

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

/** Rejects when there is no such command, flag or argument. Nothing runs. */
export async function parseCall(argv: readonly string[], commands: Commands): Promise<void> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '--version') return;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Error(`no command ${name}; there are ${Object.keys(commands).join(', ')}`);
  if (rest.includes('--help')) return;
  await Parser.parse(rest, {
    args: command.args ?? {},
    flags: { ...command.baseFlags, ...command.flags },
    strict: command.strict !== false,
  });
}
