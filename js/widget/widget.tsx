import type { ComponentType } from "preact";
import card from "../../widget/senselens_widget/card.css";
import { Attention } from "./attention/attention";
import attention from "./attention/attention.css";
import host from "./host.css";
import { InputRepresentation } from "./input_representation/input_representation";
import inputRepresentation from "./input_representation/input_representation.css";
import { Inspector } from "./inspector/inspector";
import inspector from "./inspector/inspector.css";
import { MaskedWords } from "./masked_words/masked_words";
import maskedWords from "./masked_words/masked_words.css";
import { mount } from "./mount";
import { NextSentence } from "./next_sentence/next_sentence";
import nextSentence from "./next_sentence/next_sentence.css";
import type { Traits } from "./traits";
import view from "./view.css";

/** The views by the name that a host gives as the trait `_view`; each has its styles. */
const VIEWS = {
  inspector: { View: Inspector, styles: inspector },
  masked_words: { View: MaskedWords, styles: maskedWords },
  input_representation: { View: InputRepresentation, styles: inputRepresentation },
  attention: { View: Attention, styles: attention },
  next_sentence: { View: NextSentence, styles: nextSentence },
};

/** What anywidget calls; `get`, `set`, `on` and `off` of the model are all it needs. Returns how to take the view away. */
function render({ model, el }: { model: Traits<never>; el: HTMLElement }): () => void {
  const named = (model as Traits<{ _view: keyof typeof VIEWS }>).get("_view") ?? "inspector";
  const { View, styles } = VIEWS[named];
  const Drawn = View as ComponentType<{ traits: Traits<never> }>;
  return mount(el, <Drawn traits={model} />, card + host + view + styles, model);
}

export default { render };
