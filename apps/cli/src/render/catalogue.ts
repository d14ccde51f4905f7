/** `list` for people. */
import type { Catalogue, ListedClaim } from '../catalogue.js';
import { nameOf } from '../claim-pattern.js';
import type { Paint } from './terminal.js';
import { cut, pairs, paragraph } from './wrap.js';

export function catalogueText(found: Catalogue, width: number, paint: Paint): string {
  const sections: string[] = [];
  if (found.sweeps) {
    const bodies = found.sweeps.map((sweep) =>
      [
        `  ${paint('strong', sweep.name)}`,
        paragraph(sweep.question, width, 4),
        paragraph(`axes: ${sweep.axes.map(({ name }) => name).join(', ')}`, width, 4),
        pairs(
          sweep.presets.map(({ name, about }) => [
            `--preset ${name}${name === sweep.defaultPreset ? ' (default)' : ''}`,
            about,
          ]),
          width,
          4,
        ),
      ].join('\n'),
    );
    sections.push([paint('strong', 'SWEEPS'), ...bodies].join('\n'));
  }
  if (found.claims) {
    sections.push(
      [
        paint(
          'strong',
          'CLAIMS (npx marginalia explain <claim> says what one asserts, and how it is judged)',
        ),
        ...papers(found.claims).map(({ key, title, claims }) => {
          const named = cut(`${key}  ${title}`, width - 2);
          return `  ${paint('strong', key)}${named.slice(key.length)}\n${pairs(claims, width, 4)}`;
        }),
      ].join('\n'),
    );
  }
  if (found.attacks) {
    sections.push(
      [
        paint('strong', 'ATTACKS (npx marginalia attack runs them on a net of yours)'),
        pairs(
          found.attacks.map(({ name, about, balls }) => [name, `${about}; in ${balls.join(', ')}`]),
          width,
          2,
        ),
      ].join('\n'),
    );
  }
  return sections.join('\n\n');
}

interface ListedPaper {
  readonly key: string;
  readonly title: string;
  readonly claims: (readonly [string, string])[];
}

/** Claims under their paper, in the order of the bibliography, each with what judges it. */
function papers(claims: readonly ListedClaim[]): readonly ListedPaper[] {
  const grouped = new Map<string, ListedPaper>();
  for (const { id, title, paper, paperTitle, expects, judgedBy } of claims) {
    const said = [
      ...(expects === 'supported' ? [] : [`expected: ${expects}`]),
      judgedBy.length > 0 ? judgedBy.map(({ sweep }) => sweep).join(', ') : 'no sweep',
    ];
    const group = grouped.get(paper) ?? { key: paper, title: paperTitle, claims: [] };
    grouped.set(paper, group);
    group.claims.push([nameOf(id), `${title} (${said.join('; ')})`]);
  }
  return [...grouped.values()];
}
