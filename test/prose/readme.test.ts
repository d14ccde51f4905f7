/**
 * Docs run: `ts` blocks that begin with `// run` are executed and their `// =>` compared, other `ts` blocks must
 * parse, and every call of marginalia in a `sh` block must be one that the command line tool takes.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import commands from '../../apps/cli/src/commands/index.js';
import { marginaliaCalls, parseCall } from './command-line.js';
import { agrees, instrument, shown, type Check } from './example.js';
import { fencedBlocks } from './markdown.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const checkName = '__checkExample';
const work = mkdtempSync(join(tmpdir(), 'marginalia-prose-'));
// Examples import by name, so they must stand where the packages resolve.
const modules = fileURLToPath(new URL(`.examples-${process.pid}/`, import.meta.url));

afterAll(() => {
  for (const folder of [work, modules]) rmSync(folder, { recursive: true, force: true });
});

let serial = 0;

/** Run one example; returns the disagreements. */
async function disagreements(code: string): Promise<string[]> {
  const example = instrument(code, checkName);
  const found: string[] = [];
  let checked = 0;
  const check: Check = (expectation, ...values) => {
    checked += 1;
    const actual = shown(expectation, values);
    if (!agrees(expectation.expected, actual)) {
      found.push(`line ${expectation.line}: says ${expectation.expected}, gives ${actual}`);
    }
  };
  mkdirSync(modules, { recursive: true });
  const file = join(modules, `example-${(serial += 1)}.ts`);
  writeFileSync(file, example.code);
  const home = process.cwd();
  Object.assign(globalThis, { [checkName]: check });
  process.chdir(work);
  try {
    await import(/* @vite-ignore */ file);
  } finally {
    process.chdir(home);
    Reflect.deleteProperty(globalThis, checkName);
  }
  if (checked !== example.expectations)
    found.push(`${checked} of ${example.expectations} expectations were reached`);
  return found;
}

const runs = (code: string): boolean => code.trimStart().startsWith('// run');

const readmes = [
  '.',
  'sweeps',
  ...['packages', 'apps'].flatMap((room) => readdirSync(join(root, room)).map((name) => join(room, name))),
]
  .map((folder) => join(root, folder, 'README.md'))
  .filter((file) => existsSync(file));

describe.each(
  readmes.map((file) => ({ name: relative(root, file), blocks: fencedBlocks(readFileSync(file, 'utf8')) })),
)('$name', ({ name, blocks }) => {
  it('can be parsed', () => {
    for (const { code, line } of blocks.filter(({ language }) => language === 'ts')) {
      expect(() => instrument(code, checkName), `${name}:${line}`).not.toThrow();
    }
  });

  const examples = blocks.filter(({ language, code }) => language === 'ts' && runs(code));
  for (const { code, line } of examples) {
    it(`gives what it says at line ${line}`, async () => {
      expect(await disagreements(code)).toEqual([]);
    });
  }

  const calls = blocks.flatMap(({ language, code }) => (language === 'sh' ? marginaliaCalls(code) : []));
  it.each(calls.map((argv) => ({ argv, line: argv.join(' ') })))('marginalia $line', async ({ argv }) => {
    await expect(parseCall(argv, commands)).resolves.toBeUndefined();
  });
});

it('covers a root README with at least one example that runs and one command', () => {
  const blocks = fencedBlocks(readFileSync(join(root, 'README.md'), 'utf8'));
  expect(blocks.some(({ language, code }) => language === 'ts' && runs(code))).toBe(true);
  expect(blocks.some(({ language, code }) => language === 'sh' && marginaliaCalls(code).length > 0)).toBe(
    true,
  );
});

describe('the reader of prose', () => {
  const doctored = [
    'Text.',
    '```ts',
    '// run',
    "import { canonical } from '@marginalia/core';",
    'const text = canonical({ b: 1, a: 2 }); // => \'{"a":2,"b":1}\'',
    'console.log(text.length, "characters");',
    '// => 13',
    '//    characters',
    'await Promise.resolve(Math.SQRT2); // => 1.41421…',
    'text.length; // => 14',
    '```',
  ].join('\n');

  it('finds the wrong one among right examples', async () => {
    const [block] = fencedBlocks(doctored);
    expect(block).toMatchObject({ language: 'ts', line: 3 });
    expect(await disagreements(block?.code ?? '')).toEqual(['line 8: says 14, gives 13']);
  });

  it('refuses an expectation that belongs to nothing, and one inside a function', async () => {
    await expect(disagreements('// => 1')).rejects.toThrow('line 1');
    await expect(disagreements('function f() {\n  return 1; // => 1\n}')).rejects.toThrow('line 2');
    await expect(disagreements('for (;;) break; // => 1')).rejects.toThrow('without a value');
  });

  it('lets an exception of an example through', async () => {
    await expect(
      disagreements(
        "import { BadInput } from '@marginalia/core';\nthrow new BadInput({ expected: 'a', got: 'b' });",
      ),
    ).rejects.toThrow('expected a');
  });

  it('takes digits for digits', () => {
    expect(agrees('0.70…', '0.7071')).toBe(true);
    expect(agrees('0.71…', '0.7071')).toBe(false);
    expect(agrees('0.7', '0.7071')).toBe(false);
    expect(agrees('[1, 2]', '[ 1, 2 ]')).toBe(true);
    expect(agrees('', '')).toBe(false);
  });

  it('refuses a fence that is never closed', () => {
    expect(() => fencedBlocks('```ts\ncode')).toThrow('never closed');
  });

  it('splits shell lines as a shell would', () => {
    const block =
      '$ npx marginalia run a --set \'dimension=1, 2\' \\\n  --out "x y" | head # no\nls; marginalia list > f && npx other run';
    expect(marginaliaCalls(block)).toEqual([
      ['run', 'a', '--set', 'dimension=1, 2', '--out', 'x y'],
      ['list'],
    ]);
  });

  it('refuses commands, flags, sweeps, presets and axes that do not exist', async () => {
    await expect(
      parseCall(['run', 'feature-averaging', '--preset', 'quick'], commands),
    ).resolves.toBeUndefined();
    await expect(parseCall(['run', 'mine.ts'], commands)).resolves.toBeUndefined();
    await expect(parseCall(['runn'], commands)).rejects.toThrow('no command runn');
    for (const [wrong, said] of [
      ['feature-averaging --no-such-flag', 'no-such-flag'],
      ['feature-averagin', 'no sweep'],
      ['feature-averaging --preset quickest', 'quickest'],
      ['feature-averaging --set dimensions=8', 'dimensions'],
    ] as const) {
      await expect(parseCall(['run', ...wrong.split(' ')], commands), wrong).rejects.toThrow(said);
    }
    await expect(parseCall(['check', '--claims', 'averaged-radius'], commands)).resolves.toBeUndefined();
    for (const [wrong, said] of [
      ['feature-averagin', 'no sweep'],
      ['--claims averaged-radios', 'averaged-radios'],
      ['--updates', 'updates'],
    ] as const) {
      await expect(parseCall(['check', ...wrong.split(' ')], commands), wrong).rejects.toThrow(said);
    }
  });
});
