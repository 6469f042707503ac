import { Component, type ComponentChild, type ComponentChildren, type RefObject } from "preact";
import { useRef } from "preact/hooks";
import type { InspectedWord } from "../../shared/inspection";
import { percent, toneClass } from "../figures";
import { Editor } from "./editor";
import type { Lens, Paragraph } from "./lens";
import { neighbour } from "./walking";

interface TextProps {
  pane: RefObject<HTMLDivElement | null>;
  lens: Lens;
  model: string;
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

/** The text, its words to be pointed at, touched, and walked with the arrow keys. */
export function Text(props: TextProps) {
  const { pane, lens, selected, onLook, onSelect } = props;
  const pressed = useRef<[number, number]>([0, 0]);

  const onKeyDown = (event: KeyboardEvent) => {
    const word = wordOf(event);
    if (!word || event.ctrlKey || event.metaKey || event.altKey) return;
    const start = startOf(word);
    const next = pane.current && neighbour(pane.current, word, event.key);
    if (next) next.focus();
    else if (event.key === "Enter" || event.key === " ") onSelect(selected === start ? null : start);
    else if (event.key === "Escape") onSelect(null);
    else if (!props.onKey(event.key.toLowerCase(), start)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onClick = (event: MouseEvent) => {
    const word = wordOf(event);
    const [x, y] = pressed.current;
    if (!word || Math.hypot(event.clientX - x, event.clientY - y) > DRAG) return;
    onSelect(selected === startOf(word) ? null : startOf(word));
  };
  const onDblClick = (event: MouseEvent) => {
    const paragraph = (event.target as Element).closest<HTMLElement>("[data-from]");
    if (props.canEdit && paragraph) props.onEdit(Number(paragraph.dataset.from));
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
      onPointerDown={(event) => {
        pressed.current = [event.clientX, event.clientY];
      }}
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
          <Words key={paragraph.start} {...props} paragraph={paragraph} />
        ),
      )}
      {props.children}
    </div>
  );
}

interface WordsProps extends TextProps {
  paragraph: Paragraph;
}

/** A paragraph, drawn again only when something in it looks different. */
class Words extends Component<WordsProps> {
  override shouldComponentUpdate(next: WordsProps): boolean {
    const last = this.props;
    const moved = (["shown", "selected", "pointed"] as const).some(
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
    const { lens, model, shown, selected, pointed, masked, onLook: _ } = this.props;
    const start = word.span.start;
    const top = lens.top(word, model);
    const classes = ["word", toneClass(lens.tone(word, model))];
    if (!top) classes.push("untold");
    if (start === shown) classes.push("now");
    if (start === pointed) classes.push("pointed");
    if (masked.has(start)) {
      return (
        <span key={start} class="word mask now" role="button" tabIndex={0} data-at={start} aria-label="masked word">
          [MASK]
        </span>
      );
    }
    return (
      <span
        key={start}
        class={classes.filter(Boolean).join(" ")}
        role="button"
        tabIndex={start === (shown ?? lens.words[0]?.span.start) ? 0 : -1}
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
