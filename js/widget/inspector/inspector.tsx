import type { ComponentChildren } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { InspectedWord, Span } from "../../shared/inspection";
import { Editor } from "../editor";
import { Frame } from "../frame";
import { put as putTraits, type Traits, useTrait } from "../traits";
import { Card } from "./card";
import { Legend } from "./legend";
import { Lens, type Paragraph } from "./lens";
import { type Link, Links } from "./links";
import type { InspectorState } from "./state";
import { Text } from "./text";
import { MOST_USES, toneAt } from "./uses";
import { useVisible } from "./visible";

const NONE: never[] = [];

/** A text whose words are pointed at, and the card of the word that is. */
export function Inspector({ traits }: { traits: Traits<InspectorState> }) {
  const [inspection] = useTrait(traits, "inspection", null);
  const [asked] = useTrait(traits, "text", "");
  const [progress] = useTrait(traits, "progress", null);
  const [selection, setSelection] = useTrait(traits, "selection", null);
  const [pinned, setPinned] = useTrait(traits, "pinned", NONE);
  const [modelName, setModelName] = useTrait(traits, "model_name", null);
  const [layer, setLayer] = useTrait(traits, "layer", null);
  const [live] = useTrait(traits, "live", false);
  const [follows] = useTrait(traits, "follows", false);
  const [cardFirst] = useTrait(traits, "card_first", false);
  const [looked, setLooked] = useState<number | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const [edited, setEdited] = useState<number | "new" | null>(null);
  const [masked, setMasked] = useState<ReadonlySet<number>>(new Set());
  const pane = useRef<HTMLDivElement>(null);

  const text = asked || inspection?.text || "";
  const lens = useMemo(() => new Lens(text, inspection?.text === text ? inspection : null), [text, inspection]);
  const model = lens.models.find(({ name }) => name === modelName) ?? lens.models.at(-1);
  const opened = useMemo(() => model && lens.opened(model.name), [lens, model]);
  const shown = lens.word(looked) ?? lens.word(selection?.start) ?? opened;
  const links = useMemo<Link[]>(() => {
    if (!shown || !model) return NONE;
    const uses = lens.alike(shown, model.name).slice(0, MOST_USES);
    return uses.map(({ span, similarity }) => ({
      start: span.start,
      tone: toneAt(lens, span, model),
      share: similarity.same_sense,
    }));
  }, [lens, shown, model]);
  useVisible(pane, lens, traits);

  const look = (start: number | null) => {
    if (start !== null || selection) setLooked(start); // without a word that stays, the last one looked at does
    const span = lens.word(start)?.span;
    if (span && live && progress !== null) putTraits(traits, { visible: span });
  };
  const select = (start: number | null) => setSelection(lens.word(start)?.span ?? null);
  const go = (span: Span) => {
    setSelection(span);
    setLooked(null);
    setPointed(null);
    pane.current?.querySelector(`[data-at="${span.start}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const mask = ({ span }: InspectedWord) => {
    const next = new Set(masked);
    if (!next.delete(span.start)) next.add(span.start);
    setMasked(next);
  };
  const pin = ({ span }: InspectedWord) => {
    const rest = pinned.filter(({ start }) => start !== span.start);
    setPinned(rest.length < pinned.length ? rest : [...pinned, span]);
  };

  /** Write *replacement* over *range*; the words that are kept stay so, wherever they are now. */
  const write = (range: Span, replacement: string, chosen: Span | null = null) => {
    setEdited(null);
    if (lens.text.of(range) === replacement) return;
    const grown = Array.from(replacement).length - (range.end - range.start);
    const moved = (span: Span) => {
      if (span.end <= range.start) return [span];
      return span.start >= range.end ? [{ start: span.start + grown, end: span.end + grown }] : [];
    };
    const whole = { before: { start: 0, end: range.start }, after: { start: range.end, end: lens.text.length } };
    setMasked(new Set());
    setLooked(null);
    putTraits(traits, {
      pinned: pinned.flatMap(moved),
      selection: chosen ?? (selection && moved(selection)[0]) ?? null,
      visible: { start: range.start, end: range.end + grown },
      text: `${lens.text.of(whole.before)}${replacement}${lens.text.of(whole.after)}`,
    });
  };
  const writeParagraph = (paragraph: Paragraph, written: string) => {
    if (written.trim()) return write(paragraph, written.trim());
    const place = lens.paragraphs.indexOf(paragraph);
    const next = lens.paragraphs[place + 1]; // with the blank lines on one side of it
    write({ start: next ? paragraph.start : (lens.paragraphs[place - 1]?.end ?? 0), end: next?.start ?? paragraph.end }, "");
  };
  const addParagraph = (written: string) => {
    const end = { start: lens.text.length, end: lens.text.length };
    write(end, written.trim() && (text ? "\n\n" : "") + written.trim());
  };
  const put = ({ span }: InspectedWord, replacement: string) =>
    write(span, replacement, { start: span.start, end: span.start + Array.from(replacement).length });

  const onKey = (key: string, start: number): boolean => {
    const word = lens.word(start);
    if (!word || !model) return false;
    if (key === "p") pin(word);
    else if (key === "m" && word.readings[model.name]?.guesses.length) mask(word);
    else if (key === "e" && live) setEdited(lens.paragraphs.find((one) => one.words.includes(word))?.start ?? null);
    else return false;
    return true;
  };
  const card = (word: InspectedWord, apart: boolean) =>
    model && (
      <Card
        key={apart ? word.span.start : "shown"}
        lens={lens}
        word={word}
        model={model}
        layer={Math.min(layer ?? model.sense_layer, model.baselines.length - 1)}
        pointed={pointed}
        masked={masked.has(word.span.start)}
        pinned={pinned.some(({ start }) => start === word.span.start)}
        apart={apart}
        onPoint={setPointed}
        onGo={go}
        onLayer={setLayer}
        onModel={setModelName}
        onMask={mask}
        onPin={pin}
        follows={follows}
        isRead={progress === null}
        onPut={live ? put : undefined}
      />
    );
  const kept = pinned.flatMap(({ start }) => lens.word(start) ?? []);
  return (
    <Frame traits={traits as Traits<never>} name="lens" isAwaited={text !== (inspection?.text ?? "")}>
      <div class={cardFirst ? "stage card-first" : "stage"}>
        <div class="page">
          <Text
            pane={pane}
            lens={lens}
            model={model?.name ?? ""}
            opened={opened?.span.start ?? null}
            shown={shown?.span.start ?? null}
            selected={selection?.start ?? null}
            pointed={pointed}
            masked={masked}
            edited={typeof edited === "number" ? edited : null}
            canEdit={live}
            onLook={look}
            onSelect={select}
            onKey={onKey}
            onEdit={setEdited}
            onWrite={writeParagraph}
          >
            {edited === "new" && <Editor text="" onDone={addParagraph} onCancel={() => setEdited(null)} />}
            {shown && edited === null && !masked.has(shown.span.start) && (
              <Links pane={pane.current} from={shown.span.start} links={links} pointed={pointed} />
            )}
          </Text>
          {live && edited === null && (
            <p class="hint soft">
              <button type="button" class="pill" onClick={() => setEdited("new")}>
                Add a sentence
              </button>
              Double-click the text to change it.
            </p>
          )}
          {model && <Legend lens={lens} model={model.name} />}
        </div>
        <Steady>{shown && card(shown, false)}</Steady>
      </div>
      {kept.length > 0 && <div class="pinned">{kept.map((word) => card(word, true))}</div>}
    </Frame>
  );
}

/** As high as what it holds has ever been at this width, so that nothing below jumps from word to word. */
function Steady({ children }: { children: ComponentChildren }) {
  const inside = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const content = inside.current;
    if (!content) return;
    let width = 0;
    let highest = 0;
    const sizes = new ResizeObserver(() => {
      if (content.offsetWidth !== width) [width, highest] = [content.offsetWidth, 0];
      highest = Math.max(highest, content.offsetHeight);
      if (content.parentElement) content.parentElement.style.minHeight = `${highest}px`;
    });
    sizes.observe(content);
    return () => sizes.disconnect();
  }, []);
  return (
    <div class="side">
      <div ref={inside}>{children}</div>
    </div>
  );
}
