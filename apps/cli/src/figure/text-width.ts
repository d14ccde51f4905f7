/**
 * How wide a text is in DejaVu Sans: read off the font's advance widths once, so that a layout depends neither on the
 * machine's fonts nor on whether a canvas is installed. Vega alone would take .8 em for every letter, a third too much.
 */

const unitsPerEm = 2048;

/** Advance width, in units of 2048 to the em, and the characters that have it; a test compares them with the font. */
export const advanceWidths: readonly (readonly [number, string])[] = [
  [563, "'"],
  [569, 'ijl'],
  [604, 'IJ'],
  [651, ' ,.·’'],
  [690, '/:;\\|'],
  [721, 'f'],
  [739, '-'],
  [799, '()[]'],
  [803, 't'],
  [821, '!₀₁₂¹²'],
  [842, 'r'],
  [846, 'ℓ'],
  [942, '"'],
  [1024, '*_`‖–'],
  [1061, '“”'],
  [1067, 's'],
  [1075, 'z'],
  [1081, '⁻'],
  [1087, '?'],
  [1107, 'ε'],
  [1126, 'c'],
  [1141, 'L'],
  [1178, 'F'],
  [1186, 'k'],
  [1207, 'κ'],
  [1212, 'vxyγλ'],
  [1233, 'τ'],
  [1235, 'P'],
  [1251, 'TY'],
  [1253, 'oδθ'],
  [1255, 'a'],
  [1260, 'e'],
  [1294, 'EΣ'],
  [1298, 'hnuησ'],
  [1300, 'Sbdgpqρ'],
  [1303, '$0123456789{}μ'],
  [1305, '√'],
  [1307, 'β'],
  [1343, 'K'],
  [1351, 'φ'],
  [1401, 'AVΔ'],
  [1403, 'XZ'],
  [1405, 'B'],
  [1423, 'R'],
  [1430, 'C'],
  [1463, '∝'],
  [1499, 'U'],
  [1532, 'N'],
  [1540, 'H'],
  [1577, 'D'],
  [1587, 'G'],
  [1597, '&'],
  [1612, 'OQ'],
  [1675, 'w'],
  [1706, '∞'],
  [1716, '#+<=>^~±×≤≥≈−→'],
  [1767, 'M'],
  [1946, '%'],
  [1985, '½'],
  [1995, 'm'],
  [2025, 'W'],
  [2048, '@—…'],
];

const widthOf = new Map(
  advanceWidths.flatMap(([width, characters]) => Array.from(characters, (one) => [one, width] as const)),
);
/** Of a character that the table lacks: an n. */
const usual = 1298;

/** In the unit of the font size. Bold letters are wider by up to a tenth: see `boldly`. */
export function textWidth(text: string, fontSize: number): number {
  let units = 0;
  for (const character of text) units += widthOf.get(character) ?? usual;
  return (units * fontSize) / unitsPerEm;
}

/** What a bold text takes beyond a plain one, at most: 2048 units hold a bold @, 1.12 of the plain letters' mean. */
export const boldly = 1.12;

/** Lines of at most `limit`, broken at spaces but for those of `k = 4`; a word that is longer has a line of its own. */
export function wrapped(text: string, limit: number, fontSize: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<!=) (?!=)/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, fontSize) > limit) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
