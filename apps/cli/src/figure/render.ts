/** A Vega-Lite spec to SVG, on the server: the same bytes for the same spec, on any machine and however often. */
import type { Spec } from './figure.js';
import type { LoggerInterface } from 'vega';
import { boldly, textWidth } from './text-width.js';

export async function svgOf(spec: Spec): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  // Where the npm package canvas happens to be installed, Vega would measure with the machine's fonts.
  (vega as unknown as { textMetrics: TextMetrics }).textMetrics.width = (
    { fontSize = 11, fontWeight },
    text,
  ) =>
    textWidth((text === null || text === undefined ? '' : `${text}`).trim(), fontSize) *
    (fontWeight === 'bold' ? boldly : 1);
  // Vega marks the rows that it is given: a copy, so that a spec stays what it was.
  const copy = JSON.parse(JSON.stringify(spec)) as Parameters<typeof compile>[0];
  const { spec: compiled } = compile(copy, { logger: silent });
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logLevel: vega.Error });
  try {
    return numbered(await view.toSVG());
  } finally {
    view.finalize();
  }
}

/** A part of Vega's interface that its types leave out; `vl-convert` sets it as we do. */
interface TextMetrics {
  width: (
    item: { readonly fontSize?: number; readonly fontWeight?: unknown },
    text: string | number | null | undefined,
  ) => number;
}

/** Vega-Lite's advice is for whoever writes a spec by hand; a spec that it cannot compile throws. */
const silent = Object.fromEntries(
  ['level', 'error', 'warn', 'info', 'debug'].map((name) => [name, () => silent]),
) as unknown as LoggerInterface;

/** Vega counts the ids of gradients and clips up as long as a process lives: here from 1 in every picture. */
export function numbered(svg: string): string {
  const names = new Map<string, string>();
  return svg.replaceAll(/(?<=\bid="|url\(#)(gradient|clip)_?\d+/g, (id, kind: string) => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const name = `${kind}_${names.size + 1}`;
    names.set(id, name);
    return name;
  });
}
