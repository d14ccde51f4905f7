/** A grid as it was asked for: text on standard output or in a file, or a binary file; on a terminal no wider than it. */
import type { SweepIdentity } from '@marginalia/sweep';
import { jsonText } from '../command.js';
import { plural } from '../render/number.js';
import { isTerminal, terminalWidth, writesUtf8 } from '../render/terminal.js';
import { wrap } from '../render/wrap.js';
import { writeText } from '../write-text.js';
import { csvOf, type Grid } from './aggregate.js';
import type { Format } from './flags.js';
import { leftOut, markdown, pageOf } from './markdown.js';

export interface Writing {
  readonly format: Format;
  readonly output?: string | undefined;
  readonly caption?: string | undefined;
  readonly label?: string | undefined;
  readonly dir: string;
  readonly identity: SweepIdentity;
  /** The axes that rows have values of their own of. */
  readonly by: readonly string[];
  readonly say: (line: string) => void;
}

/** Rejects with BadInput where the file cannot be written. */
export async function writeGrid(grid: Grid, writing: Writing): Promise<void> {
  const { format, output, identity, say } = writing;
  if (format === 'parquet' || format === 'arrow') {
    const { writeBinary } = await import('./binary.js');
    await writeBinary(output ?? '', format, grid, identity);
  } else if (output !== undefined) {
    writeText(output, await textOf(grid, writing));
  } else if (format === 'markdown' && isTerminal()) await onTerminal(grid, writing);
  else process.stdout.write(await textOf(grid, writing));
  if (output !== undefined) say(`${plural(grid.rows.length, 'row')} written to ${output}`);
  const more = leftOut(grid);
  if (more > 0 && (format === 'latex' || (format === 'markdown' && (output !== undefined || !isTerminal()))))
    say(`${plural(more, 'more column')} with --format csv or --format json`);
}

async function textOf(grid: Grid, { format, caption, label, ...writing }: Writing): Promise<string> {
  switch (format) {
    case 'json':
      return `${jsonText(grid.rows)}\n`;
    case 'csv':
      return csvOf(grid);
    case 'latex': {
      const [{ latexTable }, { axisSymbols }, { constantsBeside }] = await Promise.all([
        import('./latex.js'),
        import('./symbols.js'),
        import('./constants.js'),
      ]);
      const { varying, constants } = constantsBeside(grid, writing.identity.axisNames);
      return latexTable(varying, {
        symbols: await axisSymbols(writing.identity),
        provenance: [...provenanceOf(writing), ...constants],
        caption,
        label,
      });
    }
    default:
      return `${markdown(grid)}\n`;
  }
}

const provenanceOf = ({ dir, identity }: Pick<Writing, 'dir' | 'identity'>): readonly string[] => [
  `${dir}: ${identity.sweep} (${identity.preset}), seed ${identity.seed}, code ${identity.code.slice(0, 12)}`,
];

async function onTerminal(grid: Grid, { by, say }: Writing): Promise<void> {
  const [{ fitted }, { withSparklines }] = await Promise.all([import('./fit.js'), import('./sparkline.js')]);
  const page = writesUtf8() ? withSparklines(pageOf(grid), grid, by) : pageOf(grid);
  const width = terminalWidth();
  const { text, constants, dropped } = fitted(page, grid, width);
  process.stdout.write(`${text}\n`);
  if (constants.length > 0)
    process.stdout.write(`${wrap(`In every row: ${constants.join(', ')}.`, width).join('\n')}\n`);
  const more = leftOut(grid) + dropped;
  if (more === 0) return;
  const wider = dropped > 0 ? `, ${dropped} of them in a wider terminal` : '';
  say(`${plural(more, 'more column')} with --format csv or --format json${wider}`);
}
