/** One clear line for a mistake: what was expected, what came, what to try; and one for a bug of ours. */
import { commandLine } from './command-line.js';

/** A caller's mistake, wherever it was noticed: ours are tagged, oclif's are known by their shape. Undefined for a bug. */
export async function mistakeLine(error: unknown, argv: readonly string[]): Promise<string | undefined> {
  if (!(error instanceof Error)) return undefined;
  if ('_tag' in error && error._tag === 'BadInput') return oneLine(error.message);
  if ('oclif' in error) {
    const { default: commands } = await import('./commands/index.js');
    const words = Object.hasOwn(commands, argv.slice(0, 2).join(':')) ? 2 : 1;
    return oneLine(await fromOclif(error, commandLine(...argv.slice(0, words), '--help')));
  }
  return undefined;
}

/** MARGINALIA_STACK=1 shows where: for whoever mends it, not for whoever met it. */
export function bugLine(error: unknown): string {
  if (process.env['MARGINALIA_STACK'] && error instanceof Error && error.stack) return error.stack;
  return (
    `a bug of marginalia, not of your input: ${oneLine(String(error))}; please report this line and the command to the ` +
    'maintainers of the repository you cloned, with what the command prints under MARGINALIA_STACK=1'
  );
}

/** What oclif's parser throws; the fields depend on the mistake. */
interface ParseError extends Error {
  readonly args?: readonly unknown[];
  readonly flags?: readonly string[];
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, unknown>> } };
}

/** More are read on the page that is named. */
const mostListed = 12;

async function fromOclif({ message, args, flags, parse }: ParseError, help: string): Promise<string> {
  const [first = '', ...rest] = message.replace(/\n+See more help with --help\s*$/, '').split('\n');
  const [flag] = flags ?? [];
  if (flag !== undefined) {
    const known = Object.keys(parse?.input?.flags ?? {}).map((name) => `--${name}`);
    const { nearest } = await import('@marginalia/sweep');
    const listed = known.length > mostListed ? '' : ` (${known.join(', ')})`;
    return `expected a flag of this command${listed}, got ${flag}; try ${nearest(flag, known) ?? help}`;
  }
  if (args && first.startsWith('Missing')) {
    const [missing] = args as readonly { readonly description?: string }[];
    return `expected ${missing?.description ?? 'an argument'}, got nothing; try ${help}`;
  }
  if (args)
    return `expected no further argument, got ${first.replace(/^Unexpected arguments?: /, '')}; try ${help}`;
  const option = /^Expected (?:(--[\w-]+)=)?(.*) to be one of: (.*)$/.exec(first);
  if (option)
    return `expected ${option[1] ? `${option[1]} to be ` : ''}one of ${option[3]}, got ${option[2]}; try ${help}`;
  const valueless = /^Flag (--[\w-]+) expects a value$/.exec(first);
  if (valueless) return `expected a value after ${valueless[1]}, got nothing; try ${help}`;
  return `${[first, ...rest.map((line) => line.trim())].join(' ').trim()}; try ${help}`;
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').trim();
