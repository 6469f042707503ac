/** Asks the newest question after a pause; one that is superseded is given up, and its answer dropped. */
export class Latest<Question, Answer> {
  #timer: NodeJS.Timeout | undefined;
  #asked = new AbortController();

  constructor(
    private readonly pause: number, // milliseconds
    private readonly ask: (question: Question, signal: AbortSignal) => Promise<Answer>,
    private readonly answer: (answer: Answer, question: Question) => void,
    private readonly failed: (error: Error) => void,
  ) {}

  put(question: Question): void {
    this.drop();
    this.#timer = setTimeout(() => void this.#run(question, this.#asked.signal), this.pause);
  }

  /** Give up what was asked last. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#asked.abort();
    this.#asked = new AbortController();
  }

  async #run(question: Question, signal: AbortSignal): Promise<void> {
    try {
      const answer = await this.ask(question, signal);
      if (!signal.aborted) this.answer(answer, question);
    } catch (error) {
      if (!signal.aborted) this.failed(error as Error);
    }
  }
}
