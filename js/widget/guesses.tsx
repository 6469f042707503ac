import type { Guess } from "../shared/inspection";
import { Bar, percent } from "./figures";

/** What a masked model would put in the place of the word; each can be put there if *onPut* is given. */
export function Guesses({ guesses, onPut }: { guesses: Guess[]; onPut?: ((word: string) => void) | undefined }) {
  const most = Math.max(...guesses.map((guess) => guess.probability));
  return (
    <ol class="guesses">
      {guesses.map(({ word, probability }) => (
        <li key={word}>
          {onPut ? (
            <button type="button" title={`Read the sentence with “${word}” here`} onClick={() => onPut(word)}>
              <bdi>{word}</bdi>
            </button>
          ) : (
            <bdi>{word}</bdi>
          )}
          <Bar of={probability / most} />
          <span class="soft figure">{percent(probability)}</span>
        </li>
      ))}
    </ol>
  );
}
