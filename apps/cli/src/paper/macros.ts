/** The numbers as TeX: one macro that looks a key up, and the keys. */
import { type PaperNumber, printed } from './numbers.js';

/** The first line of every such file, by which `paper verify` knows one. */
const firstLine = '% Numbers of marginalia: written by `marginalia paper`, not by hand.';

const definitions = String.raw`
% \claim{KEY} typesets a number; \claimraw{KEY} is its digits, as \num of siunitx takes them;
% \claimed{KEY}{LITERAL} prints the literal, which marginalia paper verify checks.
\def\marginalianumber#1#2#3{\expandafter\def\csname marginalia:#1\endcsname{#2}%
  \expandafter\def\csname marginalia-raw:#1\endcsname{#3}}
\protected\def\marginaliamissing#1{\textbf{??}\PackageWarning{marginalia}{No number is called #1}}
\newcommand{\claim}[1]{\ifcsname marginalia:#1\endcsname\csname marginalia:#1\endcsname\else\marginaliamissing{#1}\fi}
\newcommand{\claimraw}[1]{\ifcsname marginalia-raw:#1\endcsname\csname marginalia-raw:#1\endcsname\else\marginaliamissing{#1}\fi}
\newcommand{\claimed}[2]{#2\ifcsname marginalia:#1\endcsname\else\marginaliamissing{#1}\fi}
`.trim();

/** ASCII, a line a key, aliases after their keys; sources in a comment. */
export function macros(numbers: readonly PaperNumber[], sources: readonly string[]): string {
  const lines = numbers.flatMap(({ key, aliases, shown }) =>
    [key, ...aliases].map((name) => `\\marginalianumber{${name}}{${printed(shown)}}{${shown}}`),
  );
  return [
    firstLine,
    ...sources.map((line) => `% ${line.replaceAll(/[^ -~]/g, '?')}`),
    definitions,
    ...lines,
    '',
  ].join('\n');
}

/** Key → digits, of such a file; undefined where the text is none. */
export function readMacros(text: string): ReadonlyMap<string, string> | undefined {
  if (!text.startsWith(firstLine)) return undefined;
  return new Map(
    [...text.matchAll(/^\\marginalianumber\{([^{}]*)\}\{(.*)\}\{([^{}]*)\}$/gm)].map(
      ([, key = '', typeset = '', raw = '']) => [key, typeset === printed(raw) ? raw : typeset],
    ),
  );
}
