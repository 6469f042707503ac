import { useLayoutEffect, useRef } from "preact/hooks";

interface EditorProps {
  text: string;
  onDone(text: string): void;
  onCancel(): void;
}

/** A paragraph being written: Enter or leaving it is done, Escape gives it up. */
export function Editor({ text, onDone, onCancel }: EditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const isOver = useRef(false); // taking the focused field away is leaving it, too
  const end = (finish: () => void) => {
    if (isOver.current) return;
    isOver.current = true;
    finish();
  };
  const fit = () => {
    const field = area.current;
    if (!field) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  };
  useLayoutEffect(() => {
    fit();
    area.current?.focus();
    area.current?.setSelectionRange(text.length, text.length);
  }, [text]);
  return (
    <textarea
      ref={area}
      dir="auto"
      rows={1}
      defaultValue={text}
      aria-label="Edit the text"
      spellcheck={false}
      onInput={fit}
      onBlur={(event) => {
        const written = event.currentTarget.value;
        end(() => onDone(written));
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        const written = event.currentTarget.value;
        if (event.key === "Escape") end(onCancel);
        else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
          event.preventDefault();
          end(() => onDone(written));
        }
      }}
    />
  );
}
