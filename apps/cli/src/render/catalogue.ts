/** `list` for people. */
import type { Catalogue } from '../catalogue.js';
import type { Paint } from './terminal.js';
import { pad, paragraph, size, wrap } from './wrap.js';

export function catalogueText(found: Catalogue, width: number, paint: Paint): string {
  const sections: string[] = [];
  if (found.sweeps) {
    const bodies = found.sweeps.map((sweep) =>
      [
        `  ${paint('strong', sweep.name)}`,
        paragraph(sweep.question, width, 4),
        `    axes: ${sweep.axes.map(({ name }) => name).join(', ')}`,
        pairs(
          sweep.presets.map(({ name, about }) => [`--preset ${name}${name === sweep.defaultPreset ? ' (default)' : ''}`, about]),
          width,
          4,
        ),
      ].join('\n'),
    );
    sections.push([paint('strong', 'SWEEPS'), ...bodies].join('\n'));
  }
  if (found.claims) {
    const body = pairs(found.claims.map(({ id, title }) => [id, title]), width, 2);
    sections.push([paint('strong', 'CLAIMS'), body, '  marginalia explain <claim> says what one asserts, and how it is judged'].join('\n'));
  }
  if (found.attacks) {
    sections.push([paint('strong', 'ATTACKS'), pairs(found.attacks.map(({ name, balls }) => [name, `searches ${balls.join(' and ')} balls`]), width, 2)].join('\n'));
  }
  return sections.join('\n\n');
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
