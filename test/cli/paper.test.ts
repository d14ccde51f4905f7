/** `paper` and `paper verify`: numbers in a text follow from the journals, or it is said where they do not. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agrees, literalOf } from '../../apps/cli/src/paper/literal.js';
import { readMacros } from '../../apps/cli/src/paper/macros.js';
import type { Manifest } from '../../apps/cli/src/paper/manifest.js';
import { scan } from '../../apps/cli/src/paper/scan.js';
import { compile, structure, whyNoLatex } from './latex.js';
import { emptyFolder, fixture, marginalia, onlyLine } from './marginalia.js';

const results = 'results/supported/quick';
let made = '';

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'marginalia-test-'));
  await marginalia(['run', fixture('supported.ts'), '--quiet'], { cwd: made });
  await marginalia(['paper', results, '--quiet'], { cwd: made });
});
afterAll(() => rmSync(made, { recursive: true, force: true }));

const manifestIn = (cwd: string): Manifest =>
  JSON.parse(readFileSync(join(cwd, 'marginalia-numbers.json'), 'utf8')) as Manifest;

/** A key of a mean with its digits, by the shortest of its names. */
function aMean(): { readonly key: string; readonly shown: string; readonly value: number } {
  const found = Object.entries(manifestIn(made).numbers).find(([key]) => key.endsWith('/mean'));
  if (!found) throw new Error('no mean among the numbers');
  const [key, { aliases, shown, value }] = found;
  return { key: aliases.at(-1) ?? key, shown, value: Number(value) };
}

/** A text that quotes the numbers in every way that there is. */
function paperOf({ shown, key }: ReturnType<typeof aMean>): string {
  const estimate = Object.keys(manifestIn(made).numbers).find((one) => one.endsWith('/runs')) ?? '';
  return [
    '\\documentclass{article}\\usepackage{siunitx}\\input{marginalia-numbers}',
    '\\begin{document}',
    `A mean of \\claim{${key}}, \\num{\\claimraw{${key}}}, of \\claim{${estimate}} runs.`,
    '\\input{appendix}',
    '\\end{document}',
    '',
    '@@@',
    `It is \\claimed{${key}}{${shown}}.`,
    `Here ${shown} stands. % marginalia: ${key} = ${shown}`,
    '% \\claim{a/comment} and \\verb|\\claim{shown}| are no uses',
  ].join('\n');
}

/** A copy of what was made, with the paper in it. */
function copy(edit: (text: string) => string = (text) => text): string {
  const cwd = emptyFolder();
  cpSync(made, cwd, { recursive: true });
  const [main = '', appendix = ''] = edit(paperOf(aMean())).split('@@@\n');
  writeFileSync(join(cwd, 'main.tex'), main);
  writeFileSync(join(cwd, 'appendix.tex'), appendix);
  return cwd;
}

/** The digit before the end is another. */
const off = (shown: string): string =>
  shown.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 5) % 10));

describe('paper', () => {
  it('has every number with its source, and the macros print what the manifest says', () => {
    const { folders, numbers } = manifestIn(made);
    expect(folders).toMatchObject([
      {
        folder: results,
        sweep: 'supported',
        preset: 'quick',
        seed: '1',
        journal: expect.stringMatching(/^[\da-f]{64}$/) as string,
      },
    ]);
    expect(folders[0]?.command).toContain('run');
    const text = readFileSync(join(made, 'marginalia-numbers.tex'), 'utf8');
    const macros = readMacros(text);
    for (const [key, { shown, aliases, value }] of Object.entries(numbers)) {
      for (const name of [key, ...aliases]) expect([name, macros?.get(name)]).toEqual([name, shown]);
      // Three digits at least, unless the error leaves fewer.
      if (typeof value === 'number' && value !== 0)
        expect(Math.abs(Number(shown) / value - 1)).toBeLessThan(0.5);
    }
    const fields = Object.keys(numbers).map((key) => key.split('/').at(-1));
    for (const field of ['estimate', 'bound', 'slack', 'verdict', 'runs', 'held', 'alpha', 'mean', 'se'])
      expect(fields).toContain(field);
    expect(text).toMatch(/^[ -~\n]*$/);
    expect(structure(text).macros.filter((name) => name === 'marginalianumber').length).toBeGreaterThan(
      Object.keys(numbers).length,
    );
  });

  it('writes the same bytes for the same runs', async () => {
    const cwd = copy();
    const ended = await marginalia(['paper', results, '--output', 'again.tex', '--json'], { cwd });
    expect(readFileSync(join(cwd, 'again.tex'), 'utf8')).toBe(
      readFileSync(join(made, 'marginalia-numbers.tex'), 'utf8'),
    );
    expect(JSON.parse(ended.out)).toEqual(manifestIn(made));
  });

  it.skipIf(whyNoLatex !== undefined)('compiles; a key that is none prints ?? and warns', () => {
    const cwd = copy();
    const { key, shown } = aMean();
    const body = `\\section{A \\claim{${key}}} \\num{\\claimraw{${key}}} \\claimed{${key}}{${shown}}`;
    expect(compile(cwd, body, '\\input{marginalia-numbers}').complaints).toEqual([]);
    expect(compile(cwd, `${body} \\claim{no/such}`, '\\input{marginalia-numbers}').complaints).toEqual([
      'Package marginalia Warning: No number is called no/such on input line 6.',
    ]);
  });
});

describe('paper verify', () => {
  it('is content with a text that follows', async () => {
    const cwd = copy();
    expect(await marginalia(['paper', 'verify', 'main.tex'], { cwd })).toEqual({
      code: 0,
      out: `5 numbers follow from the journals of ${results}\n`,
      err: '',
    });
  });

  it('finds a digit that is another: in the text, beside a marker, in the marker, in the macros', async () => {
    const { shown, key } = aMean();
    const bad = off(shown);
    const cwd = copy((text) =>
      text.replace(`{${shown}}`, `{${bad}}`).replace(`Here ${shown}`, `Here ${bad}`),
    );
    const macros = readFileSync(join(cwd, 'marginalia-numbers.tex'), 'utf8');
    writeFileSync(join(cwd, 'marginalia-numbers.tex'), macros.replaceAll(`{${shown}}`, `{${bad}}`));
    const { code, out } = await marginalia(['paper', 'verify', 'main.tex', '--json'], { cwd });
    const { failing } = JSON.parse(out) as {
      failing: { file: string; line: number; key: string; why: string }[];
    };
    expect(failing.map(({ file, line, why }) => [file, line, why])).toEqual([
      ['main.tex', 3, `prints ${bad} (marginalia-numbers.tex), the journals give ${shown}`],
      ['main.tex', 3, `prints ${bad} (marginalia-numbers.tex), the journals give ${shown}`],
      ['appendix.tex', 1, `the text says ${bad}, the journals give ${shown}`],
      ['appendix.tex', 2, `the marker says ${shown}, which is not in the text beside it`],
    ]);
    expect([code, failing.every((one) => one.key === key)]).toEqual([1, true]);
  });

  it('finds a journal that is another, and a folder that is gone, a line each', async () => {
    const cwd = copy();
    const journal = join(cwd, results, 'journal');
    for (const name of readdirSync(journal).filter((one) => one.endsWith('.jsonl'))) {
      const [first = '', ...rest] = readFileSync(join(journal, name), 'utf8').split('\n');
      // A record that no longer holds the bytes that were written counts as none.
      writeFileSync(join(journal, name), [first.replace(/\d(?=\D*$)/, '~'), ...rest].join('\n'));
    }
    const changed = await marginalia(['paper', 'verify', 'main.tex'], { cwd });
    expect(changed).toMatchObject({ code: 1, err: `${results}: other runs than the manifest knows\n` });
    expect(changed.out).toMatch(
      /^main\.tex:3: \S+\/runs: prints \d+ \(marginalia-numbers\.tex\), the journals give \d+$/m,
    );
    rmSync(join(cwd, results), { recursive: true });
    const gone = await marginalia(['paper', 'verify', 'main.tex', '--quiet'], { cwd });
    expect([gone.code, gone.err]).toEqual([1, '']);
    expect(gone.out).toContain(`the results of supported are not in ${results}; computed by`);
    for (const line of gone.out.trimEnd().split('\n')) expect(line).toMatch(/^\S+:\d+: \S+: /);
  });

  it.each([
    [['paper', 'verify', 'none.tex'], 'no such file'],
    [['paper', 'verify', 'empty.tex'], 'to quote numbers of marginalia'],
    [['paper', 'verify', 'main.tex', '--results', 'nowhere'], 'no such folder'],
    [['paper'], 'folders of the results of sweeps'],
    [['paper', results, '--output', 'x.json'], '--output to be a .tex file'],
  ])('says in one line what is wrong with %j', async (words, said) => {
    const cwd = copy();
    writeFileSync(join(cwd, 'empty.tex'), 'No number.\n');
    const ended = await marginalia(words, { cwd });
    expect(onlyLine(ended)).toContain(said);
    expect([ended.code, ended.out]).toEqual([2, '']);
  });
});

describe('a literal', () => {
  it.each([
    ['0.499', 0.499, 5e-4],
    ['$-0.493$', -0.493, 5e-4],
    ['\\num{1.2e-9}', 1.2e-9, 5e-11],
    ['1.2\\times10^{-9}', 1.2e-9, 5e-11],
    ['98.5\\,\\%', 0.985, 5e-4],
    ['−12', -12, 0.5],
    ['17.41(3)', 17.41, 5e-3],
    ['17.41 \\pm 0.03', 17.41, 5e-3],
  ])('is read as TeX writes it: %s', (text, value, half) => {
    const literal = literalOf(text);
    expect(literal?.value).toBeCloseTo(value, 12);
    expect((literal?.half ?? 0) / half).toBeCloseTo(1, 9);
  });

  it('agrees with what rounds to it, and with nothing else', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -99_999, max: 99_999 }),
        fc.integer({ min: 0, max: 6 }),
        (digits, decimals) => {
          const text = (digits / 10 ** decimals).toFixed(decimals);
          const literal = literalOf(text);
          if (!literal) throw new Error(text);
          const unit = 10 ** -decimals;
          for (const share of [-0.49, 0, 0.49])
            expect(agrees(digits * unit + share * unit, literal)).toBe(true);
          for (const share of [-1, -0.51, 0.51, 1])
            expect(agrees(digits * unit + share * unit, literal)).toBe(false);
        },
      ),
    );
    expect(['a word', '1.2.3', '', '1e', '--1'].map(literalOf)).toEqual(
      Array.from({ length: 5 }, () => undefined),
    );
  });

  it('counts where TeX reads it: comments and what is shown verbatim use nothing', () => {
    const cwd = emptyFolder();
    const lines = [
      '\\claim{a} 50\\% \\claim{b} % \\claim{c}',
      '\\begin{verbatim}',
      '\\claim{d}',
      '\\end{verbatim}',
      '\\claimed{e}',
      '  {1.5}',
      '\\newcommand{\\mine}[1]{\\claim{#1}}',
      'The value 21.5 is close.',
      '% marginalia: f = 1.5',
    ];
    writeFileSync(join(cwd, 'a.tex'), lines.join('\n'));
    expect(
      scan(join(cwd, 'a.tex')).uses.map(({ key, line, literal, beside }) => [key, line, literal, beside]),
    ).toEqual([
      ['a', 1, undefined, undefined],
      ['b', 1, undefined, undefined],
      ['e', 5, '1.5', undefined],
      ['f', 9, '1.5', false],
    ]);
  });
});
