import type { ComponentChildren } from "preact";
import type { InspectedModel, InspectedWord } from "../../shared/inspection";
import { PARTS, toneClass } from "../figures";
import { Guesses } from "../guesses";
import { Layers } from "./layers";
import type { Lens } from "./lens";
import { Models } from "./models";
import { Senses } from "./senses";
import { Excerpt, type Pointing, Uses } from "./uses";

export interface CardProps extends Pointing {
  lens: Lens;
  word: InspectedWord;
  model: InspectedModel;
  layer: number;
  pointed: number | null;
  masked: boolean;
  pinned: boolean;
  apart: boolean; // from the text, so that it has to say where its word stands
  onLayer(layer: number): void;
  onModel(name: string): void;
  onMask(word: InspectedWord): void;
  onPin(word: InspectedWord): void;
  follows: boolean;
  isRead: boolean; // else there may be guesses yet
  onPut?: ((word: InspectedWord, replacement: string) => void) | undefined;
}

/** All that the models say of one use of a word. */
export function Card(props: CardProps) {
  const { lens, word, model, masked } = props;
  const reading = word.readings[model.name];
  if (!reading) return null;
  const top = reading.senses[0];
  const alike = lens.alike(word, model.name);
  const put = props.onPut;
  const isAwaited = !props.isRead && model.capabilities.includes("masked");
  const guesses = (reading.guesses.length > 0 || isAwaited) && (
    <Section name={masked ? "What fits here" : "What else fits here"}>
      {reading.guesses.length > 0 ? (
        <Guesses guesses={reading.guesses} onPut={put && ((replacement) => put(word, replacement))} />
      ) : (
        <p class="soft">Reading …</p>
      )}
    </Section>
  );
  return (
    <article class={`card ${toneClass(lens.tone(word, model.name))}`} aria-label={masked ? "masked word" : word.word}>
      <header>
        <h2>{masked ? <span class="mask">[MASK]</span> : <bdi>{word.word}</bdi>}</h2>
        {top && !masked && <span class="soft">{PARTS[top.pos] ?? top.pos}</span>}
        <Actions {...props} canMask={reading.guesses.length > 0} />
        {props.apart && !masked && (
          <p class="where soft">
            <Excerpt lens={lens} span={word.span} onGo={props.onGo} />
          </p>
        )}
      </header>
      {masked ? (
        guesses
      ) : (
        <>
          {lens.models.length > 1 && (
            <Section name="Models side by side">
              <Models lens={lens} word={word} model={model} alike={alike} onModel={props.onModel} />
            </Section>
          )}
          <div class="halves">
            <div>
              <Section name={lens.models.length > 1 ? `Means here, by ${model.name}` : "Means here"}>
                <Senses lens={lens} word={word.word} senses={reading.senses} />
              </Section>
              {alike.length > 0 && guesses}
            </div>
            <div>
              {alike.length > 0 ? (
                <Section name="The same word elsewhere">
                  <Uses {...props} alike={alike} />
                </Section>
              ) : (
                guesses
              )}
              {alike.length > 0 && model.baselines.length > 1 && (
                <Section name="Layer by layer">
                  <Layers {...props} alike={alike} />
                </Section>
              )}
            </div>
          </div>
        </>
      )}
    </article>
  );
}

function Section({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <section>
      <h3>{name}</h3>
      {children}
    </section>
  );
}

function Actions({ word, masked, pinned, canMask, onMask, onPin }: CardProps & { canMask: boolean }) {
  return (
    <span class="actions">
      {canMask && (
        <button
          type="button"
          class="pill"
          aria-pressed={masked}
          title="Hide the word and guess it (M)"
          onClick={() => onMask(word)}
        >
          {masked ? "Show" : "Mask"}
        </button>
      )}
      <button
        type="button"
        class="pill"
        aria-pressed={pinned}
        title={pinned ? "Take this card away (P)" : "Keep this card to compare it with others (P)"}
        onClick={() => onPin(word)}
      >
        {pinned ? "Unpin" : "Pin"}
      </button>
    </span>
  );
}
