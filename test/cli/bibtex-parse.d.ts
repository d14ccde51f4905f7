/** The part of `bibtex-parse` that the tests use; it has no types of its own. */
declare module 'bibtex-parse' {
  export interface Entry {
    readonly key: string;
    readonly type: string;
    /** Fields by their names in capitals. */
    readonly [field: string]: string | undefined;
  }
  export function entries(text: string): Entry[];
}
