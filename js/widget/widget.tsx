import type { ComponentType } from "preact";
import card from "../../widget/senselens_widget/card.css";
import { Attention } from "./attention/attention";
import attention from "./attention/attention.css";
import host from "./host.css";
import { InputRepresentation } from "./input_representation/input_representation";
import inputRepresentation from "./input_representation/input_representation.css";
import { Inspector } from "./inspector/inspector";
import inspector from "./inspector/inspector.css";
import { LayerMix } from "./layer_mix/layer_mix";
import layerMix from "./layer_mix/layer_mix.css";
import { MaskedWords } from "./masked_words/masked_words";
import maskedWords from "./masked_words/masked_words.css";
import { ModelTable } from "./model_table/model_table";
import modelTable from "./model_table/model_table.css";
import { mount } from "./mount";
import { NextSentence } from "./next_sentence/next_sentence";
import nextSentence from "./next_sentence/next_sentence.css";
import { SenseMap } from "./sense_map/sense_map";
import senseMap from "./sense_map/sense_map.css";
import { SimilarityMatrix } from "./similarity_matrix/similarity_matrix";
import similarityMatrix from "./similarity_matrix/similarity_matrix.css";
import type { Traits } from "./traits";
import view from "./view.css";

/** The views by the name that a host gives as the trait `_view`; each has its styles. */
const VIEWS = {
  inspector: { View: Inspector, styles: inspector },
  layer_mix: { View: LayerMix, styles: layerMix },
  model_table: { View: ModelTable, styles: modelTable },
  sense_map: { View: SenseMap, styles: senseMap },
  similarity_matrix: { View: SimilarityMatrix, styles: similarityMatrix },
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
