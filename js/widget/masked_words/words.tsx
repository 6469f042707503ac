import type { ComponentChild } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Characters } from "../../shared/characters";
import type { Span } from "../../shared/inspection";
import { neighbour } from "../walking";
import type { Reading } from "./state";

/** What a model reads of the text when it guesses the word at *start*. */
export interface Seen {
  start: number;
  direction: Reading["direction"];
}

interface WordsProps {
  characters: Characters;
  words: Span[];
  written: Span[];
  hidden: Span[];
  seen: Seen | null;
  onToggle(word: Span): void;
}

/** The text; its words are one stop of the tab key, walked with the arrow keys. */
export function Words({ characters, words, written, hidden, seen, onToggle }: WordsProps) {
  const pane = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const stop = (words.find(({ start }) => start === focused) ?? hidden[0] ?? words[0])?.start;
  const own = new Set(written.map(({ start }) => start));
  const gone = new Set(hidden.map(({ start }) => start));
  const dim = (start: number) =>
    (seen?.direction === "before" && start > seen.start) || (seen?.direction === "after" && start < seen.start) ? "unread" : "";

  const onKeyDown = (event: KeyboardEvent, word: Span) => {
    const element = event.currentTarget as HTMLElement;
    const next = pane.current && neighbour(pane.current, element, event.key);
    if (next) next.focus();
    else if ((event.key === "Enter" || event.key === " ") && !own.has(word.start)) onToggle(word);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const parts: ComponentChild[] = [];
  let at = 0;
  for (const word of [...words, { start: characters.length, end: characters.length }]) {
    parts.push(<span class={dim(at)}>{characters.of({ start: at, end: word.start })}</span>);
    at = word.end;
    if (word.start === word.end) continue;
    const form = characters.of(word);
    const isHidden = gone.has(word.start);
    const isOwn = own.has(word.start);
    parts.push(
      <span
        key={word.start}
        class={`word ${isHidden ? "mask" : ""} ${dim(word.start)}`}
        role="button"
        tabIndex={word.start === stop ? 0 : -1}
        aria-pressed={isHidden}
        aria-disabled={isOwn}
        aria-label={isOwn ? "[MASK]" : isHidden ? `[MASK] hides ${form}` : form}
        data-at={word.start}
        onClick={() => !isOwn && onToggle(word)}
        onFocus={() => setFocused(word.start)}
        onKeyDown={(event) => onKeyDown(event, word)}
      >
        {isHidden ? "[MASK]" : form}
      </span>,
    );
  }
  return (
    <div ref={pane} class="text">
      <p dir="auto">{parts}</p>
    </div>
  );
}
