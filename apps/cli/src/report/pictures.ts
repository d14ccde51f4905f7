/** Every picture of a page: the figures that the results allow, and one a claim. */
import { BadInput } from '@marginalia/core';
import { curvesSpec } from '../figure/curves/spec.js';
import type { Figure, FigureSource } from '../figure/figure.js';
import { figures } from '../figure/figures.js';
import { claimFigure } from './claim-figure.js';
import { escaped } from './html.js';
import { nameOfSweep } from './anchors.js';
import { pictureOf, type Palette } from './picture.js';
import type { ReportedClaim, ReportedSweep } from './read.js';

/** CSS pixels. */
const widths = { figure: 600, claim: 560 } as const;

/** Drawn from arrays that are computed anew, which a page does not carry. */
export const fixedFigures: readonly string[] = ['cosine-matrix'];

interface Frame {
  readonly id: string;
  readonly figure: string;
  readonly source?: number;
  readonly claim?: string;
  readonly width: number;
  readonly label: string;
}

const framed = ({ id, figure, source, claim, width, label }: Frame, picture: string): string =>
  `<figure id="${id}" data-figure="${figure}"${source === undefined ? '' : ` data-source="${source}" data-part="${source}"`}${claim === undefined ? '' : ` data-claim="${escaped(claim)}"`} data-width="${width}">` +
  `<div class="picture" role="img" aria-label="${escaped(label)}">${picture}</div></figure>`;

export async function claimPicture(
  { source }: ReportedSweep,
  { claim, cells }: ReportedClaim,
  at: number,
  id: string,
  palette: Palette,
): Promise<string | undefined> {
  const data = claimFigure(claim, source, cells);
  if (data === undefined) return undefined;
  const width = widths.claim;
  const picture = await pictureOf((look) => curvesSpec(data, look), { id, width, palette });
  const label = `${claim.title}: ${data.caption}`;
  return framed({ id, figure: 'claim', source: at, claim: claim.id, width, label }, picture);
}

/** Those of one sweep; those of arrays stand once, all sweeps side by side, for they are compared. */
export async function galleries(sweeps: readonly ReportedSweep[], palette: Palette): Promise<string> {
  const parts: string[] = [];
  const joint = figures.filter(({ name }) => fixedFigures.includes(name));
  const sources = sweeps.map(({ source }) => source);
  const features = await drawnOf(joint, sources, { prefix: 'f', palette });
  if (features.pictures.length > 0)
    parts.push(`<div class="gallery">${features.pictures.join('\n')}</div>`, leftOut(features.notes));
  for (const [at, sweep] of sweeps.entries()) {
    const own = figures.filter(({ name }) => !fixedFigures.includes(name));
    const { pictures, notes } = await drawnOf(own, [sweep.source], { prefix: `s${at}`, at, palette });
    parts.push(
      `<div data-part="${at}">${sweeps.length > 1 ? `<h3>${escaped(nameOfSweep(sweep))}</h3>` : ''}<div class="gallery">${pictures.join('\n')}</div>${leftOut(notes)}</div>`,
    );
  }
  return parts.join('\n');
}

const leftOut = (notes: readonly string[]): string =>
  notes.length === 0 ? '' : `<p class="note">Left out: ${escaped(notes.join('; '))}.</p>`;

async function drawnOf(
  wanted: readonly Figure[],
  sources: readonly FigureSource[],
  { prefix, at, palette }: { readonly prefix: string; readonly at?: number; readonly palette: Palette },
): Promise<{ readonly pictures: readonly string[]; readonly notes: readonly string[] }> {
  const [pictures, notes]: [string[], string[]] = [[], []];
  for (const figure of wanted) {
    if (figure.available(sources).kind === 'unavailable') continue;
    try {
      const data = await figure.data(sources, { by: [] });
      const id = `${prefix}-${figure.name}`;
      const width = widths.figure;
      const picture = await pictureOf((look) => figure.spec(data, look), { id, width, palette });
      const label = `${data.title}: ${data.caption}`;
      pictures.push(
        framed(
          { id, figure: figure.name, ...(at === undefined ? {} : { source: at }), width, label },
          picture,
        ),
      );
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      notes.push(`${figure.name}, ${error.message}`);
    }
  }
  return { pictures, notes };
}
