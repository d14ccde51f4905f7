/** A claim for people: the statement first, as in the paper. */
import type { Claim } from '@marginalia/theory';
import type { Paint } from './terminal.js';
import { pad, paragraph, size } from './wrap.js';

const readings: Readonly<Record<Claim['source']['reading'], string>> = {
  'as-stated': "the paper's own inequality",
  derived: 'a finite-size consequence that we derived',
  published: 'a number read off the paper',
};

export function explanation(claim: Claim, width: number, paint: Paint): string {
  const { source } = claim;
  const symbols = Object.entries(claim.notation);
  const left = Math.max(0, ...symbols.map(([symbol]) => size(symbol))) + 2;
  const section = (head: string, body: string): string => (body ? `${paint('strong', head)}\n${body}` : '');
  return [
    `${paint('strong', claim.id)}\n${paragraph(claim.title, width, 0)}`,
    section('STATEMENT', paragraph(claim.statement, width, 2)),
    section('NOTATION', symbols.map(([symbol, words]) => `  ${pad(symbol, left)}${words}`).join('\n')),
    section(
      'ASSUMPTIONS (a run that does not meet one says nothing: vacuous)',
      claim.assumptions.map(({ name, statement }) => paragraph(`${name}: ${statement}`, width, 2)).join('\n'),
    ),
    section(
      'SOURCE',
      paragraph(
        `${source.authors}, ${source.paper}${source.paper.includes(String(source.year)) ? '' : ` (${source.year})`}` +
          `${source.arxiv ? `, arXiv:${source.arxiv}` : ''}; ${source.locator}. Reading: ${readings[source.reading]}.`,
        width,
        2,
      ),
    ),
    section('MEASURED', paragraph(claim.measured, width, 2)),
    section('RELATION', paragraph(claim.relation.words, width, 2)),
    section('EXPECTED', paragraph(claim.expected, width, 2)),
  ]
    .filter(Boolean)
    .join('\n\n');
}
