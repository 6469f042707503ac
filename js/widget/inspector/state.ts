import type { Inspection, Span } from "../../shared/inspection";
import type { ViewState } from "../frame";

/** The traits of the view. A host gives `inspection` at least; positions are the engine's, of characters of the text. */
export interface InspectorState extends ViewState {
  /** What is read; paragraphs are set apart by blank lines. While it is not the inspection's, that is awaited. */
  text: string;
  inspection: Inspection | null;
  /** The word whose card stays. */
  selection: Span | null;
  /** The words whose cards are kept for comparing. */
  pinned: Span[];
  /** The model whose answers are shown; null: the last. */
  model_name: string | null;
  /** The layer whose cosines are shown; null: the one by which the model tells senses. */
  layer: number | null;
  /** What of the text is looked at, to be read first: what is in view, or the word under the pointer. */
  visible: Span | null;
  /** Whether the host goes along when a use is selected whose word was not inspected. */
  follows: boolean;
  /** Whether the card comes before the text, where they do not fit side by side: for a host that shows the text itself. */
  card_first: boolean;
}
