/**
 * Examples that say what they give: `median([1, 3, 2]); // => 2` becomes a check.
 * A `// =>` belongs to the statement that ends on its line, or else to the last one above it; comment lines
 * right below that begin with two spaces or more continue it. The value of an expression or of a freshly
 * declared name is compared; for `console.log(…)`, what it prints.
 */
import { formatWithOptions, inspect } from 'node:util';
import { parseSync } from 'oxc-parser';

/** Called by an instrumented example, once for each `// =>`. */
export type Check = (expectation: Expectation, ...values: readonly unknown[]) => void;

export interface Expectation {
  /** Line of the example, from 1. */
  readonly line: number;
  readonly expected: string;
  readonly printed: boolean;
}

/** The example with every `// =>` turned into a call of the global function `check`. Throws where one hangs in the air. */
export function instrument(code: string, check: string): { code: string; expectations: number } {
  const { program, comments, errors } = parseSync('example.ts', code);
  const [mistake] = errors;
  if (mistake) throw new Error(`does not parse: ${mistake.message}`);
  const lineOf = (offset: number): number => code.slice(0, offset).split('\n').length;
  const edits: { start: number; end: number; text: string }[] = [];
  for (const [index, comment] of comments.entries()) {
    const said = /^\s*=>(.*)$/s.exec(comment.value);
    if (comment.type !== 'Line' || !said) continue;
    const line = lineOf(comment.start);
    const parts = [said[1] as string];
    for (let next = index + 1; next < comments.length; next++) {
      const more = comments[next];
      const follows = more?.type === 'Line' && lineOf(more.start) === line + next - index;
      if (!more || !follows || !/^ {2,}/.test(more.value)) break;
      parts.push(more.value);
    }
    const statement = program.body.findLast((one) => one.end <= comment.start);
    const inside = program.body.some((one) => one.start < comment.start && comment.start < one.end);
    if (!statement || inside) throw new Error(`line ${line}: // => follows no statement of the top level`);
    const expectation = { line, expected: parts.join(' ').trim() };
    if (statement.type === 'ExpressionStatement') {
      const { expression } = statement;
      const printed =
        expression.type === 'CallExpression' &&
        code.slice(expression.callee.start, expression.callee.end) === 'console.log';
      const first = printed ? expression.arguments[0] : expression;
      const last = printed ? expression.arguments.at(-1) : expression;
      if (!first || !last) throw new Error(`line ${line}: console.log of nothing`);
      const text = printed ? code.slice(first.start, last.end) : `(${code.slice(first.start, last.end)})`;
      const call = `${check}(${JSON.stringify({ ...expectation, printed })}, ${text});`;
      edits.push({ start: statement.start, end: statement.end, text: call });
    } else {
      const declared =
        statement.type === 'VariableDeclaration' ? statement.declarations.at(-1)?.id : undefined;
      if (declared?.type !== 'Identifier')
        throw new Error(`line ${line}: // => after a statement without a value`);
      const call = `\n${check}(${JSON.stringify({ ...expectation, printed: false })}, ${declared.name});`;
      edits.push({ start: statement.end, end: statement.end, text: call });
    }
  }
  let instrumented = code;
  for (const { start, end, text } of edits.toReversed()) {
    instrumented = instrumented.slice(0, start) + text + instrumented.slice(end);
  }
  return { code: instrumented, expectations: edits.length };
}

/** What the values look like in the form in which an expectation is written. */
export function shown({ printed }: Expectation, values: readonly unknown[]): string {
  const options = { depth: 8, breakLength: Infinity, compact: true, maxArrayLength: 1000 } as const;
  return printed ? formatWithOptions(options, ...values) : inspect(values[0], options);
}

/** White space and the kind of quotes do not count; `…` stands for any run of characters, such as further digits. */
export function agrees(expected: string, actual: string): boolean {
  const plain = (text: string): string =>
    text.replaceAll(/\s+/g, '').replaceAll(/["`]/g, "'").replaceAll('−', '-');
  const pattern = plain(expected)
    .split('…')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*');
  return expected.trim() !== '' && new RegExp(`^${pattern}$`, 's').test(plain(actual));
}
