/** The flags of `table` that say what its columns are and how it is written, and which of them go together. */
import { Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';

export const formats = ['markdown', 'csv', 'json', 'latex', 'parquet', 'arrow'] as const;
export type Format = (typeof formats)[number];

export const shapeFlags = {
  derive: Flags.string({
    description:
      'A further measurement, computed run by run: an arquero expression of axes, measurements and what was derived before.',
    helpValue: "'NAME = EXPRESSION'",
    multiple: true,
    multipleNonGreedy: true,
  }),
  filter: Flags.string({
    description: 'Only runs of which this expression of axes and measurements is true.',
    helpValue: "'EXPRESSION'",
  }),
  columns: Flags.string({
    description: 'Only these measurements, in this order.',
    helpValue: 'NAME,…',
  }),
  sort: Flags.string({
    description: 'Rows by these columns; what is missing comes last.',
    helpValue: 'COLUMN[:desc],…',
  }),
  long: Flags.boolean({ description: 'A row a measurement: mean, standard error, median, count.' }),
  wide: Flags.boolean({ description: 'A column a measurement, which is so without it.' }),
};

export const writingFlags = {
  format: Flags.string({
    description:
      'How it is written. latex needs booktabs and siunitx; parquet and arrow (IPC, also called Feather) need --output.',
    options: [...formats],
  }),
  json: Flags.boolean({ description: '--format json: one JSON document.' }),
  output: Flags.string({ description: 'The file that it is written to.', helpValue: 'FILE' }),
  caption: Flags.string({ description: 'With --format latex: the caption, as LaTeX.', helpValue: 'TEXT' }),
  label: Flags.string({ description: 'With --format latex: what \\ref calls it.', helpValue: 'KEY' }),
};

interface Typed {
  readonly format?: string | undefined;
  readonly json: boolean;
  readonly output?: string | undefined;
  readonly caption?: string | undefined;
  readonly label?: string | undefined;
  readonly long: boolean;
  readonly wide: boolean;
  readonly contrast?: string | undefined;
}

/** Throws BadInput for flags that make no sense together. */
export function formatAsked(flags: Typed): Format {
  const { json, output, caption, label, long, wide, contrast } = flags;
  if (json && flags.format !== undefined && flags.format !== 'json')
    throw new BadInput({
      expected: '--json or --format',
      got: 'both',
      try: `--format ${flags.format} alone`,
    });
  const format = (json ? 'json' : (flags.format ?? 'markdown')) as Format;
  if (output === '')
    throw new BadInput({ expected: '--output to name a file', got: '""', try: '--output table.csv' });
  if ((format === 'parquet' || format === 'arrow') && output === undefined) {
    throw new BadInput({
      expected: `--output FILE beside --format ${format}`,
      got: `--format ${format} alone, which is no text`,
      try: `--output table.${format}`,
    });
  }
  if (format !== 'latex' && (caption ?? label) !== undefined) {
    throw new BadInput({
      expected: '--format latex beside --caption and --label',
      got: `--format ${format}`,
      try: '--format latex',
    });
  }
  if (long && wide) throw new BadInput({ expected: '--long or --wide', got: 'both', try: '--long alone' });
  if (long && contrast !== undefined) {
    throw new BadInput({
      expected: '--long or --contrast',
      got: 'both',
      try: '--contrast alone, which has a row a measurement',
    });
  }
  return format;
}
