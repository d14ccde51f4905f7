/** What stands above every figure: title and caption, wrapped to its width, and the theme's config. */
import type { FigureData, Spec } from './figure.js';
import { boldly, wrapped } from './text-width.js';
import { configOf, fontSizes, type Look } from './theme.js';

/** Panels a row: as many as fit, in rows of one length as far as may be: four panels stand two by two. */
export const columnsOf = (panels: number, fitting: number): number => {
  const rows = Math.ceil(panels / Math.max(1, Math.min(panels, fitting)));
  return Math.max(1, Math.ceil(panels / Math.max(1, rows)));
};

export function headed({ title, caption }: FigureData, look: Look, body: Spec): Spec {
  const room = look.width - 16;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: `${title}: ${caption}`,
    title: {
      text: [...wrapped(title, room / boldly, fontSizes.title)],
      subtitle: [...wrapped(caption, room, fontSizes.label)],
    },
    ...body,
    config: configOf(look),
  };
}
