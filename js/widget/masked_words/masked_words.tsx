import { useMemo, useState } from "preact/hooks";
import { Characters } from "../../shared/characters";
import type { Span } from "../../shared/inspection";
import { Editor } from "../editor";
import { Frame } from "../frame";
import { type Traits, useTrait } from "../traits";
import { Answers } from "./answers";
import { keyOf, type MaskedWordsState } from "./state";
import { Training } from "./training";
import { type Seen, Words } from "./words";

const NONE: never[] = [];

/** A text whose words are hidden by a click, and what models put in their place. */
export function MaskedWords({ traits }: { traits: Traits<MaskedWordsState> }) {
  const [text, setText] = useTrait(traits, "text", "");
  const [read] = useTrait(traits, "read", text);
  const [split] = useTrait(traits, "words", NONE);
  const [written] = useTrait(traits, "written", NONE);
  const [masked, setMasked] = useTrait(traits, "masked", NONE);
  const [readings] = useTrait(traits, "readings", NONE);
  const [training, setTraining] = useTrait(traits, "training", null);
  const [known] = useTrait(traits, "examples", NONE);
  const [live] = useTrait(traits, "live", false);
  const [seen, setSeen] = useState<Seen | null>(null);
  const [isEdited, setIsEdited] = useState(false);

  const characters = useMemo(() => new Characters(text), [text]);
  const isRead = read === text; // else words and answers are those of the text before
  const [words, examples] = isRead ? [split, known] : [NONE, NONE];
  const hidden = isRead ? union(masked, written) : NONE;
  const isKnown = (spans: Span[]) => readings.every(({ direction, answers }) => direction !== "both" || keyOf(spans) in answers);
  const toggle = (span: Span) => {
    const rest = masked.filter(({ start }) => start !== span.start);
    const next = rest.length < masked.length ? rest : [...masked, span];
    setSeen(null);
    if (training !== null) setTraining(null);
    setMasked(live || !next.length || isKnown(union(next, written)) ? next : [span]); // several at once are asked of a kernel
  };
  const write = (replacement: string) => {
    setIsEdited(false);
    const next = replacement.trim();
    if (next && next !== text) setText(next);
  };
  const put = ({ start, end }: Span, word: string) =>
    write(characters.of({ start: 0, end: start }) + word + characters.of({ start: end, end: characters.length }));

  return (
    <Frame
      traits={traits as Traits<never>}
      name="masked-words"
      isAwaited={live && (!isRead || (readings.length > 0 && !isKnown(hidden)))}
    >
      {isEdited ? (
        <div class="text">
          <Editor text={text} onDone={write} onCancel={() => setIsEdited(false)} />
        </div>
      ) : (
        <Words
          characters={characters}
          words={words}
          written={written}
          hidden={training === null ? hidden : written}
          seen={seen}
          onToggle={toggle}
        />
      )}
      <p class="tools soft">
        <span>{live ? "Click words to hide them, one or several." : "Click a word to hide it."}</span>
        {live && !isEdited && (
          <button type="button" class="pill" onClick={() => setIsEdited(true)}>
            Change the text
          </button>
        )}
        {examples.length > 0 && (
          <button
            type="button"
            class="pill"
            aria-pressed={training !== null}
            onClick={() => setTraining(training === null ? 0 : null)}
          >
            How training hides words
          </button>
        )}
      </p>
      {training !== null && examples.length > 0 ? (
        <Training traits={traits} />
      ) : (
        <Answers
          characters={characters}
          hidden={hidden}
          written={written}
          readings={readings}
          onSee={setSeen}
          onPut={live ? put : undefined}
        />
      )}
    </Frame>
  );
}

function union(some: Span[], others: Span[]): Span[] {
  const starts = new Map([...some, ...others].map((span) => [span.start, span]));
  return [...starts.values()].sort((a, b) => a.start - b.start);
}
