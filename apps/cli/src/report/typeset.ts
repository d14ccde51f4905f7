/** TeX to MathML, which browsers draw without a font or a script of ours. */
import temml from 'temml';
import { escaped } from './html.js';
import { partsOf } from './mathematics.js';

/** What could not be set stands as it is written, and is told to `failed`. */
export function typeset(statement: string, failed: (tex: string, why: string) => void = () => {}): string {
  return partsOf(statement)
    .map((part) => {
      if (part.kind === 'words') return escaped(part.text);
      try {
        return temml.renderToString(part.tex, { throwOnError: true, strict: false, wrap: 'none' });
      } catch (error) {
        failed(part.tex, error instanceof Error ? error.message : String(error));
        return escaped(statement);
      }
    })
    .join('');
}
