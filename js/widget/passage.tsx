import { useState } from "preact/hooks";
import { Editor } from "./editor";

interface PassageProps {
  text: string;
  name: string; // what it is, for whoever cannot see where it stands
  onWrite?: ((text: string) => void) | undefined; // without it nobody answers, and the text stays as it is
}

/** A text that can be changed where it stands. */
export function Passage({ text, name, onWrite }: PassageProps) {
  const [isEdited, setIsEdited] = useState(false);
  if (isEdited) {
    return (
      <Editor
        text={text}
        onDone={(written) => {
          setIsEdited(false);
          if (written.trim() !== text) onWrite?.(written.trim());
        }}
        onCancel={() => setIsEdited(false)}
      />
    );
  }
  return (
    <p class="passage" dir="auto" onDblClick={() => onWrite && setIsEdited(true)}>
      {text}
      {onWrite && (
        <>
          {"\u2002"}
          <button type="button" class="pill change" aria-label={`Change ${name}`} onClick={() => setIsEdited(true)}>
            Change
          </button>
        </>
      )}
    </p>
  );
}
