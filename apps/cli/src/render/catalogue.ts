/** `list` for people. */
import type { Catalogue, ListedClaim } from '../catalogue.js';
import type { Paint } from './terminal.js';
import { pad, paragraph, size, wrap } from './wrap.js';

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
        ...papers(found.claims).map(
          ([paper, claims]) => `  ${paint('strong', paper)}\n${pairs(claims, width, 4)}`,
        ),
      ].join('\n'),
    );
  }
  if (found.attacks) {
    sections.push(
      [
        paint('strong', 'ATTACKS'),
        pairs(
          found.attacks.map(({ name, balls }) => [name, `searches ${balls.join(' and ')} balls`]),
          width,
          2,
        ),
      ].join('\n'),
    );
  }
  return sections.join('\n\n');
}

/** Claims under the paper that their ids begin with, in the order in which they are listed. */
function papers(
  claims: readonly ListedClaim[],
): readonly (readonly [string, readonly (readonly [string, string])[]])[] {
  const grouped = new Map<string, (readonly [string, string])[]>();
  for (const { id, title } of claims) {
    const at = id.indexOf('/');
    const paper = id.slice(0, Math.max(0, at));
    grouped.set(paper, [...(grouped.get(paper) ?? []), [id.slice(at + 1), title]]);
  }
  return [...grouped];
}

/** Two columns, the right one wrapped; on two lines where the left is too long to leave it room. */
function pairs(rows: readonly (readonly [string, string])[], width: number, indent: number): string {
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
