/** Fenced code blocks of a Markdown text. */
export interface Block {
  /** First word after the fence: `ts`, `sh`; empty when there is none. */
  readonly language: string;
  readonly code: string;
  /** Line of the text on which the code begins, from 1. */
  readonly line: number;
}

/** The blocks in order. An unclosed fence throws: what follows it would silently stop being prose. */
export function fencedBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { fence: string; indent: number; language: string; line: number; code: string[] } | undefined;
  for (const [index, line] of markdown.split(/\r?\n/).entries()) {
    const fence = /^(\s*)(`{3,}|~{3,})\s*([^\s`]*)[^`]*$/.exec(line);
    if (open === undefined) {
      if (fence) {
        const [, indent = '', mark = '', language = ''] = fence;
        open = { fence: mark, indent: indent.length, language, line: index + 2, code: [] };
      }
    } else if (fence && fence[3] === '' && fence[2]?.startsWith(open.fence)) {
      blocks.push({ language: open.language, code: open.code.join('\n'), line: open.line });
      open = undefined;
    } else {
      open.code.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)));
    }
  }
  if (open) throw new Error(`the fence opened above line ${open.line} is never closed`);
  return blocks;
}
