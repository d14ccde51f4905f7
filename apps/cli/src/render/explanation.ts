/** A claim for people: the statement first, as in the paper. */
import { expectationOf, type Claim } from '@marginalia/theory';
import type { Paper } from '../bibliography.js';
import { nameOf } from '../claim-pattern.js';
import { commandLine } from '../command-line.js';
import type { Judge } from '../judges.js';
import { bibtexEntry } from './bibtex.js';
import { checkInWords } from './check-in-words.js';
import { levelInWords } from './level.js';
import type { Paint } from './terminal.js';
import { pairs, paragraph } from './wrap.js';

const readings: Readonly<Record<Claim['source']['reading'], string>> = {
  'as-stated': "the paper's own inequality",
  derived: 'a finite-size consequence that we derived',
  published: 'a number read off the paper',
};

/** The claim with its paper, and the sweeps that judge it. */
export interface Explained {
  readonly claim: Claim;
  readonly paper: Paper;
  readonly judges: readonly Judge[];
}

export function explanation({ claim, paper, judges }: Explained, width: number, paint: Paint): string {
  const { source } = claim;
  const section = (head: string, body: string): string => (body ? `${paint('strong', head)}\n${body}` : '');
  return [
    `${paint('strong', claim.id)}\n${paragraph(claim.title, width, 0)}`,
    section('STATEMENT', paragraph(claim.statement, width, 2)),
    section('NOTATION', pairs(Object.entries(claim.notation), width, 2)),
    section(
      'ASSUMPTIONS (a run that does not meet one says nothing: vacuous)',
      claim.assumptions
        .map((assumption) =>
          [
            paragraph(`${assumption.name}: ${assumption.statement}`, width, 2),
            paragraph(`checked: ${checkInWords(assumption)}`, width, 4),
          ].join('\n'),
        )
        .join('\n'),
    ),
    section('MEASURED', paragraph(claim.measured, width, 2)),
    section('RELATION', paragraph(claim.relation.words, width, 2)),
    section('LEVEL AND POWER', paragraph(levelInWords(claim), width, 2)),
    section(
      'SOURCE',
      paragraph(
        `${source.authors}, ${source.paper}${source.paper.includes(String(source.year)) ? '' : ` (${source.year})`}` +
          `${source.arxiv ? `, arXiv:${source.arxiv}` : ''}; ${source.locator}. Reading: ${readings[source.reading]}.`,
        width,
        2,
      ),
    ),
    indented(bibtexEntry(paper), 2),
    section('EXPECTED', paragraph(expectedInWords(claim), width, 2)),
    section('JUDGED BY', judgedBy(claim, judges, width)),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** The verdict first: the words of most claims begin with it already. */
function expectedInWords(claim: Claim): string {
  const verdict = expectationOf(claim);
  return claim.expected.startsWith(verdict) ? claim.expected : `${verdict}: ${claim.expected}`;
}

/** The sweeps, and the commands that judge the claim: a check where a quick preset does, a run where none does. */
function judgedBy(claim: Claim, judges: readonly Judge[], width: number): string {
  if (judges.length === 0) return paragraph('no sweep of the house', width, 2);
  const quick = judges.some((judge) => judge.presets.includes(judge.quick));
  const [first] = judges;
  const command = quick
    ? commandLine('check', '--claims', nameOf(claim.id))
    : commandLine('run', first?.sweep ?? '', '--preset', first?.presets[0] ?? '');
  return [
    ...judges.map(({ sweep, presets }) =>
      paragraph(`${sweep} (${presets.length === 1 ? 'preset' : 'presets'} ${presets.join(', ')})`, width, 2),
    ),
    `  ${command}`,
  ].join('\n');
}

const indented = (text: string, by: number): string =>
  text
    .split('\n')
    .map((line) => `${' '.repeat(by)}${line}`)
    .join('\n');
