import type { Guess } from "../shared/inspection";
import { Bar, percent } from "./figures";

interface GuessesProps {
  guesses: Guess[];
  most?: number; // the probability whose bar is the longest; without it the first one's
  own?: string | undefined; // the word that stands there
  figure?: (share: number) => string;
  onPut?: ((word: string) => void) | undefined;
}

/** What a model would put in the place of a word; each can be put there if *onPut* is given. */
export function Guesses({ guesses, own, onPut, figure = percent, ...props }: GuessesProps) {
  const most = props.most ?? Math.max(...guesses.map((guess) => guess.probability));
  return (
    <ol class="guesses">
      {guesses.map(({ word, probability }) => (
        <li key={word} class={own !== undefined && word.toLowerCase() === own.toLowerCase() ? "own" : ""}>
          {onPut ? (
            <button type="button" title={`Read the sentence with “${word}” here`} onClick={() => onPut(word)}>
              <bdi>{word}</bdi>
            </button>
          ) : (
            <bdi>{word}</bdi>
          )}
          <Bar of={probability / most} />
          <span class="soft figure">{figure(probability)}</span>
        </li>
      ))}
    </ol>
  );
}
