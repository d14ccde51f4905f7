/** LaTeX as others read it: pdflatex where it is installed, and a parser in any case. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@unified-latex/unified-latex-util-parse';

const has = (file: string): boolean => spawnSync('kpsewhich', [file]).status === 0;

/** Why nothing is compiled here; undefined where it is. */
export const whyNoLatex =
  spawnSync('pdflatex', ['--version']).status !== 0
    ? 'pdflatex is not installed'
    : ['siunitx.sty', 'booktabs.sty'].every(has)
      ? undefined
      : 'pdflatex is installed without siunitx and booktabs';

export interface Compiled {
  /** Lines of the log that begin with `!` or warn. */
  readonly complaints: readonly string[];
  readonly pages: number;
}

/** Compiles a document in a folder; `preamble` after the packages that our tables need. */
export function compile(cwd: string, body: string, preamble = ''): Compiled {
  const packages = ['booktabs', 'siunitx'].map((name) => `\\usepackage{${name}}`).join('\n');
  writeFileSync(
    join(cwd, 'paper.tex'),
    `\\documentclass{article}\n${packages}\n${preamble}\n\\begin{document}\n${body}\n\\end{document}\n`,
  );
  spawnSync('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', 'paper.tex'], { cwd });
  const log = readFileSync(join(cwd, 'paper.log'), 'latin1');
  return {
    complaints: log.split('\n').filter((line) => /^!|Warning/.test(line) && !/Label\(s\)/.test(line)),
    pages: Number(/Output written on paper\.pdf \((\d+) pages?/.exec(log)?.[1] ?? 0),
  };
}

/** Every macro of a text by name, and the environments, as the parser of unified-latex finds them. */
export function structure(text: string): {
  readonly macros: readonly string[];
  readonly environments: readonly string[];
} {
  const macros: string[] = [];
  const environments: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== 'object' || node === null) return;
    const { type, content, env, args } = node as Readonly<Record<string, unknown>>;
    if (type === 'macro') macros.push(String(content));
    if (type === 'environment') environments.push(String(env));
    visit(content);
    visit(args);
  };
  visit(parse(text).content);
  return { macros, environments };
}
