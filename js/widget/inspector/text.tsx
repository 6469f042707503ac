import { Component, type ComponentChild, type ComponentChildren, type RefObject } from "preact";
import { useRef, useState } from "preact/hooks";
import type { InspectedWord } from "../../shared/inspection";
import { Editor } from "../editor";
import { percent, toneClass } from "../figures";
import { neighbour } from "../walking";
import type { Lens, Paragraph } from "./lens";

interface TextProps {
  pane: RefObject<HTMLDivElement | null>;
  lens: Lens;
  model: string;
  opened: number | null;
  shown: number | null;
  selected: number | null;
  pointed: number | null;
  masked: ReadonlySet<number>;
  edited: number | null; // the paragraph, by its start
  canEdit: boolean;
  onLook(start: number | null): void;
  onSelect(start: number | null): void;
  onKey(key: string, start: number): boolean; // whether the key means something
  onEdit(start: number | null): void;
  onWrite(paragraph: Paragraph, text: string): void;
  children?: ComponentChildren;
}

const DRAG = 5; // pixels from which a click is the end of marking text

/**
 * The text, its words to be pointed at, touched, and walked with the arrow keys.
 *
 * One word at a time is a stop of the tab key. It must not be one while the pointer goes down on it: marking text does not
 * begin at what takes the focus.
 */
export function Text(props: TextProps) {
  const { pane, lens, selected, onLook, onSelect } = props;
  const [focused, setFocused] = useState<number | null>(null);
  const pressed = useRef<[number, number]>([0, 0]);
  const before = useRef<number | null>(null); // what was selected before a click that may be the first of two
  const stop = (lens.word(focused) ?? lens.word(selected) ?? lens.word(props.opened) ?? lens.words[0])?.span.start ?? null;

  const focusOn = (word: HTMLElement) => {
    setFocused(startOf(word));
    word.tabIndex = 0;
    word.focus();
  };
  const toggle = (word: HTMLElement) => onSelect(selected === startOf(word) ? null : startOf(word));
  const onKeyDown = (event: KeyboardEvent) => {
    const word = wordOf(event);
    if (!word || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = pane.current && neighbour(pane.current, word, event.key);
    if (next) focusOn(next);
    else if (event.key === "Enter" || event.key === " ") toggle(word);
    else if (event.key === "Escape") onSelect(null);
    else if (!props.onKey(event.key.toLowerCase(), startOf(word))) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onPointerDown = (event: PointerEvent) => {
    pressed.current = [event.clientX, event.clientY];
    const word = wordOf(event);
    if (!word?.hasAttribute("tabindex")) return;
    word.removeAttribute("tabindex");
    addEventListener("pointerup", () => word.setAttribute("tabindex", "0"), { once: true });
  };
  const onClick = (event: MouseEvent) => {
    if (event.detail > 1) return;
    before.current = selected;
    const word = wordOf(event);
    const [x, y] = pressed.current;
    if (!word || Math.hypot(event.clientX - x, event.clientY - y) > DRAG) return;
    focusOn(word);
    toggle(word);
  };
  const onDblClick = (event: MouseEvent) => {
    const paragraph = (event.target as Element).closest<HTMLElement>("[data-from]");
    if (!props.canEdit || !paragraph) return;
    onSelect(before.current);
    props.onEdit(Number(paragraph.dataset.from));
  };
  const look = (event: Event) => {
    const word = wordOf(event);
    if (word) onLook(startOf(word));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: as above
    <div
      ref={pane}
      class="text"
      onPointerDown={onPointerDown}
      onPointerOver={look}
      onPointerLeave={() => onLook(null)}
      onFocusIn={look}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onDblClick={onDblClick}
    >
      {lens.paragraphs.map((paragraph) =>
        paragraph.start === props.edited ? (
          <Editor
            key={paragraph.start}
            text={lens.text.of(paragraph)}
            onDone={(text) => props.onWrite(paragraph, text)}
            onCancel={() => props.onEdit(null)}
          />
        ) : (
          <Words key={paragraph.start} {...props} paragraph={paragraph} stop={stop} />
        ),
      )}
      {props.children}
    </div>
  );
}

interface WordsProps extends TextProps {
  paragraph: Paragraph;
  stop: number | null;
}

/** A paragraph, drawn again only when something in it looks different. */
class Words extends Component<WordsProps> {
  override shouldComponentUpdate(next: WordsProps): boolean {
    const last = this.props;
    const moved = (["shown", "selected", "pointed", "stop"] as const).some(
      (name) => last[name] !== next[name] && (isIn(next, last[name]) || isIn(next, next[name])),
    );
    return moved || last.lens !== next.lens || last.model !== next.model || last.masked !== next.masked;
  }

  override render() {
    const { lens, paragraph } = this.props;
    const parts: ComponentChild[] = [];
    let at = paragraph.start;
    for (const word of paragraph.words) {
      parts.push(lens.text.of({ start: at, end: word.span.start }), this.#word(word));
      at = word.span.end;
    }
    parts.push(lens.text.of({ start: at, end: paragraph.end }));
    return (
      <p dir="auto" data-from={paragraph.start}>
        {parts}
      </p>
    );
  }

  #word(word: InspectedWord) {
    const { lens, model, shown, selected, pointed, masked, stop } = this.props;
    const start = word.span.start;
    const tabIndex = start === stop ? 0 : undefined;
    const top = lens.top(word, model);
    const tone = lens.tone(word, model);
    const classes = ["word", toneClass(tone)];
    if (!top) classes.push("untold");
    else if (tone !== null && lens.isLone(top)) classes.push("lone");
    if (start === shown) classes.push("now");
    if (start === pointed) classes.push("pointed");
    if (masked.has(start)) {
      return (
        <span class="word mask now" role="button" tabIndex={tabIndex} data-at={start} aria-label="masked word">
          [MASK]
        </span>
      );
    }
    return (
      <span
        class={classes.filter(Boolean).join(" ")}
        role="button"
        tabIndex={tabIndex}
        aria-pressed={start === selected}
        aria-label={top ? `${word.word}: ${top.gloss}, ${percent(top.probability)}` : word.word}
        data-at={start}
      >
        {word.word}
      </span>
    );
  }
}

function isIn({ paragraph }: WordsProps, start: number | null): boolean {
  return start !== null && paragraph.start <= start && start < paragraph.end;
}

function wordOf(event: Event): HTMLElement | null {
  return (event.target as Element).closest<HTMLElement>("[data-at]");
}

function startOf(word: HTMLElement): number {
  return Number(word.dataset.at);
}
