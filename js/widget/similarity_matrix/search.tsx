import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

const PAUSE = 300; // milliseconds without a key
const MOST = 6; // searches before this one that are offered again

interface SearchProps {
  query: string;
  known: string[];
  canAsk: boolean;
  onAsk(query: string): void;
}

/** What is searched for: written where somebody answers, or one of what has been answered. */
export function Search({ query, known, canAsk, onAsk }: SearchProps) {
  const [written, setWritten] = useState(query);
  const asked = useRef(query);
  const ask = (wish: string) => {
    asked.current = wish;
    onAsk(wish);
  };
  useLayoutEffect(() => {
    if (query === asked.current) return; // an answer must not undo what has been written since
    asked.current = query;
    setWritten(query);
  }, [query]);
  useEffect(() => {
    if (written === query) return;
    const timer = setTimeout(() => ask(written), PAUSE);
    return () => clearTimeout(timer);
  }, [written]);
  const others = known.filter((one) => one !== query).slice(-MOST);
  return (
    <form
      class="search"
      onSubmit={(event) => {
        event.preventDefault();
        ask(written);
      }}
    >
      {canAsk && (
        <input
          type="search"
          value={written}
          placeholder="Search by meaning"
          aria-label="Search the sentences by meaning"
          dir="auto"
          onInput={(event) => setWritten(event.currentTarget.value)}
        />
      )}
      {!canAsk && query && (
        <button type="button" class="pill" aria-pressed="true" onClick={() => onAsk("")}>
          <bdi>{query}</bdi>
        </button>
      )}
      {others.map((one) => (
        <button key={one} type="button" class="pill" onClick={() => onAsk(one)}>
          <bdi>{one}</bdi>
        </button>
      ))}
    </form>
  );
}
