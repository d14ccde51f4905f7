/** SVG to PNG with the bundled font and no other: what a machine has installed changes no byte. */
import { createRequire } from 'node:module';

/** Pixels to a CSS pixel: 300 to the inch, what print asks for. */
const zoom = 300 / 96;

export async function pngOf(svg: string): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js');
  const { resolve } = createRequire(import.meta.url);
  const font = (face: string): string => resolve(`dejavu-fonts-ttf/ttf/${face}.ttf`);
  const picture = new Resvg(svg, {
    font: {
      loadSystemFonts: false,
      fontFiles: [font('DejaVuSans'), font('DejaVuSans-Bold')],
      defaultFontFamily: 'DejaVu Sans',
    },
    fitTo: { mode: 'zoom', value: zoom },
  });
  return picture.render().asPng();
}
