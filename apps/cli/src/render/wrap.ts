/** Lines of words, at most `width` wide; a longer word is cut. Counts code points: our texts have no wide characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line && size(line) + 1 + size(word) > width) {
      lines.push(line);
      line = '';
    }
    line = line ? `${line} ${word}` : word;
    while (size(line) > width) {
      const points = [...line];
      lines.push(points.slice(0, width).join(''));
      line = points.slice(width).join('');
    }
  }
  if (line || lines.length === 0) lines.push(line);
  return lines;
}

/** A paragraph, every line indented. */
export const paragraph = (text: string, width: number, indent: number): string =>
  wrap(text, width - indent)
    .map((line) => `${' '.repeat(indent)}${line}`)
    .join('\n');

export const size = (text: string): number => [...text].length;

export const pad = (text: string, width: number, side: 'left' | 'right' = 'left'): string => {
  const space = ' '.repeat(Math.max(0, width - size(text)));
  return side === 'left' ? text + space : space + text;
};

/** Cut to `width`, the cut marked. */
export const cut = (text: string, width: number): string =>
  size(text) <= width ? text : `${[...text].slice(0, width - 1).join('')}…`;

/** Two columns, the right one wrapped; on two lines where the left is too long to leave it room. */
export function pairs(rows: readonly (readonly [string, string])[], width: number, indent: number): string {
  const left = Math.max(0, ...rows.map(([name]) => size(name))) + 2;
  const space = ' '.repeat(indent);
  if (width - indent - left < 36) {
    return rows.map(([name, text]) => `${space}${name}\n${paragraph(text, width, indent + 2)}`).join('\n');
  }
  return rows
    .map(([name, text]) =>
      wrap(text, width - indent - left)
        .map((line, i) => `${space}${pad(i === 0 ? name : '', left)}${line}`)
        .join('\n'),
    )
    .join('\n');
}
