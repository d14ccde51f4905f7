/** Parse, call, and say on one line what went wrong. */
import { type Command, run as runOclif, settings } from '@oclif/core';
import { commandLine } from './command-line.js';
import { exitCode } from './exit-code.js';
import { bugLine, mistakeLine } from './mistake.js';

/** Run one command line (without `node` and the script); sets `process.exitCode`, never throws. */
export async function run(argv: readonly string[]): Promise<void> {
  // `marginalia help run` is `marginalia run --help`.
  if (argv[0] === 'help') return run([...argv.slice(1), '--help']);
  // Without this, NODE_ENV=development or test makes oclif look for TypeScript sources.
  settings.enableAutoTranspile = false;
  process.on('exit', refuseEarlyExit);
  try {
    await refuseUnknownCommand(argv);
    await runOclif([...argv], import.meta.url);
  } catch (error) {
    const wanted = wantedExit(error);
    if (wanted !== undefined) {
      process.exitCode = wanted;
      return;
    }
    const line = await mistakeLine(error, argv);
    if (line !== undefined) {
      process.stderr.write(`${line}\n`);
      process.exitCode = exitCode.badInput;
      return;
    }
    process.stderr.write(`${bugLine(error)}\n`);
    process.exitCode = exitCode.bug;
  } finally {
    process.off('exit', refuseEarlyExit);
  }
}

/** A sweep file that ends the process must not look like a sweep whose claims are all supported. */
function refuseEarlyExit(code: number): void {
  if (code !== exitCode.supported) return;
  process.stderr.write(
    'expected the command to come to its end, got an exit in the middle of it; try without process.exit in the sweep file\n',
  );
  process.exitCode = exitCode.badInput;
}

/** oclif ends a command early by throwing (`--help` after an argument, `this.exit`). */
function wantedExit(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIT') return undefined;
  return (error as Error & { oclif?: { exit?: number } }).oclif?.exit ?? exitCode.supported;
}

async function refuseUnknownCommand(argv: readonly string[]): Promise<void> {
  const [word, second] = argv;
  if (word === undefined || ['--help', '--version'].includes(word)) return;
  const { default: commands } = await import('./commands/index.js');
  const names = Object.keys(commands);
  const { BadInput } = await import('@marginalia/core');
  const command = (commands as Readonly<Record<string, typeof Command>>)[word];
  if (command !== undefined) {
    // oclif would take a further word for a part of the command's name.
    if (
      second === undefined ||
      /^-|=/.test(second) ||
      !command.strict ||
      Object.keys(command.args).length > 0
    )
      return;
    throw new BadInput({
      expected: 'no further argument',
      got: second,
      try: commandLine(word, '--help'),
    });
  }
  const { nearest } = await import('@marginalia/sweep');
  const topics = [
    ...new Set(names.flatMap((name) => (name.includes(':') ? (name.split(':')[0] as string) : []))),
  ];
  if (topics.includes(word)) {
    const within = names.flatMap((name) => (name.startsWith(`${word}:`) ? name.slice(word.length + 1) : []));
    if (second === '--help' || (second !== undefined && within.includes(second))) return;
    throw new BadInput({
      expected: `${word} ${within.join(' or ')}`,
      got: second === undefined ? 'nothing' : JSON.stringify(second),
      try: commandLine(word, nearest(second ?? '', within) ?? '--help'),
    });
  }
  const known = [...new Set([...names.filter((name) => !name.includes(':')), ...topics])].sort();
  const near = nearest(word, known);
  throw new BadInput({
    expected: `a command (${known.join(', ')})`,
    got: JSON.stringify(word),
    try: commandLine(near ?? '--help'),
  });
}
