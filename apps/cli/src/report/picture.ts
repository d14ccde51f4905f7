/** SVG for a page: one picture for both themes where they differ in colours alone, ids that no other picture has. */
import type { Spec } from '../figure/figure.js';
import { svgOf } from '../figure/render.js';
import { themes, type Look, type ThemeName } from '../figure/theme.js';

/** Pairs of colours that stand for one another in the two themes, each under a name of its own. */
export class Palette {
  readonly #names = new Map<string, string>();

  nameOf(light: string, dark: string): string {
    const pair = `${light} ${dark}`;
    const known = this.#names.get(pair);
    if (known !== undefined) return known;
    const name = `--c${this.#names.size}`;
    this.#names.set(pair, name);
    return name;
  }

  /** Declarations for one theme. */
  declarations(theme: ThemeName): string {
    return [...this.#names]
      .map(([pair, name]) => `${name}:${pair.split(' ')[theme === 'light' ? 0 : 1]}`)
      .join(';');
  }
}

const colour = /#[0-9a-f]{6}\b/gi;

/** What a figure looks like in both themes. */
export async function pictureOf(
  specOf: (look: Look) => Spec,
  { id, width, palette }: { readonly id: string; readonly width: number; readonly palette: Palette },
): Promise<string> {
  const [light, dark] = [
    await pictureIn('light', specOf, { id, width }),
    await pictureIn('dark', specOf, { id, width }),
  ] as const;
  if (light.replaceAll(colour, '#') !== dark.replaceAll(colour, '#'))
    return (
      `<div class="only-light">${light}</div>` +
      `<div class="only-dark">${dark.replaceAll(`${id}-`, `${id}-dark-`)}</div>`
    );
  const darks = dark.match(colour) ?? [];
  let at = 0;
  return light.replaceAll(colour, (hex) => {
    const other = darks[at++] ?? hex;
    return `var(${palette.nameOf(hex.toLowerCase(), other.toLowerCase())})`;
  });
}

export async function pictureIn(
  theme: ThemeName,
  specOf: (look: Look) => Spec,
  { id, width }: { readonly id: string; readonly width: number },
): Promise<string> {
  const svg = await svgOf(specOf({ theme: themes[theme], width }));
  return (
    svg
      .replaceAll(/(?<=\bid="|url\(#)(?=gradient_|clip_)/g, `${id}-`)
      // The picture has one name, beside it; a role a mark would be read out mark by mark.
      .replaceAll(/ (?:role|aria-[a-z]+)="[^"]*"/g, '')
      .replace('<svg ', '<svg aria-hidden="true" focusable="false" ')
  );
}
