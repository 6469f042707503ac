import type { Inspection, Span } from "../../shared/inspection";

/** What the extension tells the panel's page: a word and all about it, or, in words, why there is none. */
export interface Shown {
  readonly inspection?: Inspection;
  readonly notice?: string;
}

/** What the page tells the extension: that it listens, or that the reader asks for another use of the word. */
export type Asked = { readonly ready: true } | { readonly use: Span };
