/** What a LaTeX text says of numbers of ours: keys that it looks up, and literals that it stands by. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BadInput } from '@marginalia/core';
import { readMacros } from './macros.js';

export interface Use {
  readonly file: string;
  readonly line: number;
  readonly key: string;
  /** As it is written; absent where the macro prints the number. */
  readonly literal?: string;
  /** Of a marker in a comment: whether the literal also stands in the text beside it. */
  readonly beside?: boolean;
}

export interface Scanned {
  readonly uses: readonly Use[];
  /** The files of macros that it inputs. */
  readonly numbers: readonly { readonly file: string; readonly macros: ReadonlyMap<string, string> }[];
  /** Files that it inputs and that are not there. */
  readonly absent: readonly { readonly file: string; readonly line: number; readonly input: string }[];
}

/** The file and what it inputs or includes, each once, paths from the folder of the first. Throws BadInput where the first cannot be read. */
export function scan(main: string): Scanned {
  const uses: Use[] = [];
  const numbers: { file: string; macros: ReadonlyMap<string, string> }[] = [];
  const absent: { file: string; line: number; input: string }[] = [];
  const seen = new Set<string>();
  const read = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    const macros = readMacros(text);
    if (macros) {
      numbers.push({ file, macros });
      return;
    }
    const lines = withoutVerbatim(text).split('\n');
    uses.push(...usesIn(file, lines));
    for (const [at, line] of lines.entries()) {
      for (const [, name = ''] of codeOf(line).matchAll(
        /\\(?:input|include|subfile)\s*\{\s*([^{}]+?)\s*\}/g,
      )) {
        const path = join(dirname(main), name);
        const found = [path, `${path}.tex`].find((one) => existsSync(one));
        // Packages and the like are not ours; a file without a folder of ours may lie anywhere on the path of TeX.
        if (found === undefined) absent.push({ file, line: at + 1, input: name });
        else read(found);
      }
    }
  };
  try {
    read(main);
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause)) throw cause;
    throw new BadInput({
      expected: `a LaTeX file ${main}`,
      got: cause.code === 'ENOENT' ? 'no such file' : cause.message,
    });
  }
  return { uses, numbers, absent };
}

function usesIn(file: string, lines: readonly string[]): readonly Use[] {
  const found: Use[] = [];
  const starts: number[] = [];
  let code = '';
  // Arguments may go on over a line; comments do not.
  for (const line of lines) {
    starts.push(code.length);
    code += `${codeOf(line)}\n`;
  }
  const lineAt = (index: number): number => {
    let line = starts.length;
    while (line > 1 && (starts[line - 1] ?? 0) > index) line -= 1;
    return line;
  };
  for (const match of code.matchAll(/\\(claim|claimraw|claimed)\s*\{([^{}]*)\}/g)) {
    const [whole, macro, key = ''] = match;
    const literal = macro === 'claimed' ? groupAt(code, match.index + whole.length) : undefined;
    if (macro === 'claimed' && literal === undefined) continue;
    // A parameter of a macro of the author's is no key.
    if (key.includes('#')) continue;
    found.push({
      file,
      line: lineAt(match.index),
      key: key.trim(),
      ...(literal !== undefined && { literal }),
    });
  }
  for (const [at, line] of lines.entries()) {
    const comment = line.slice(codeOf(line).length);
    const [, key = '', literal] = /^%+\s*marginalia:\s*(\S+)\s*=\s*(.+?)\s*$/.exec(comment) ?? [];
    if (literal === undefined) continue;
    const own = codeOf(line);
    // A marker alone on its line speaks of the line above.
    const text = own.trim() === '' ? codeOf(lines[at - 1] ?? '') : own;
    found.push({ file, line: at + 1, key, literal, beside: standsIn(text, literal) });
  }
  return found.sort((a, b) => a.line - b.line);
}

/** Not as a part of a longer number. */
function standsIn(text: string, literal: string): boolean {
  for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1)) {
    const [before, after] = [text.slice(0, at), text.slice(at + literal.length)];
    if (
      !/[\d.]$/.test(before) &&
      !/^(?:\d|\.\d)/.test(after) &&
      !(/\d/.test(literal[0] ?? '') && /[-−]$/.test(before))
    )
      return true;
  }
  return false;
}

/** What is before the comment; an escaped percent sign begins none. */
function codeOf(line: string): string {
  const [code = ''] = /^(?:\\.|[^\\%])*/u.exec(line) ?? [];
  return code;
}

/** The text of `{…}` at a place, white space before it apart. */
function groupAt(text: string, from: number): string | undefined {
  const start = from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
  if (text[start] !== '{') return undefined;
  let open = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '{') open += 1;
    else if (text[at] === '}' && --open === 0) return text.slice(start + 1, at);
  }
  return undefined;
}

/** What is shown as it is typed uses nothing; lines keep their numbers. */
const withoutVerbatim = (text: string): string =>
  text
    .replaceAll(/\\begin\{(verbatim|lstlisting|comment)\*?\}[\s\S]*?\\end\{\1\*?\}/g, (block) =>
      block.replaceAll(/[^\n]/g, ''),
    )
    .replaceAll(/\\verb\*?([^\w\s*])[^\n]*?\1/g, '');
