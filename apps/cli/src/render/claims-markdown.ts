/** `list claims --format markdown`: a heading a paper, below it a table of its claims. */
import type { Paper } from '../bibliography.js';
import type { ListedClaim } from '../catalogue.js';
import { nameOf } from '../claim-pattern.js';

export const claimsMarkdown = (claims: readonly ListedClaim[], papers: readonly Paper[]): string =>
  papers
    .map((paper) =>
      [
        `## ${cell(reference(paper))}`,
        '',
        '| claim | says | expected | judged by |',
        '| ----- | ---- | -------- | --------- |',
        ...claims
          .filter(({ paper: key }) => key === paper.key)
          .map(({ id, title, expects, judgedBy }) => {
            const sweeps = judgedBy.map(({ sweep }) => sweep).join(', ') || 'no sweep';
            return `| \`${nameOf(id)}\` | ${cell(title)} | ${expects} | ${sweeps} |`;
          }),
      ].join('\n'),
    )
    .join('\n\n');

/** `Lyu, Li: Gradient Descent … (ICLR 2020, arXiv 1906.05890)`. */
function reference({ source, publication }: Paper): string {
  const { authors, paper, year, arxiv } = source;
  const where = [
    publication ? `${publication.venue} ${year}` : String(year),
    ...(arxiv === undefined ? [] : [`[arXiv ${arxiv}](https://arxiv.org/abs/${arxiv})`]),
  ];
  return `${authors}: ${paper} (${where.join(', ')})`;
}

/** A bar would end the cell. */
const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);
