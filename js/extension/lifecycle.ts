/** Something that runs until it is closed, or ends by itself; *ended* then says why. */
export interface Session {
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

export type State =
  | { readonly phase: "stopped" | "starting" | "running" }
  | { readonly phase: "waiting"; readonly why: string; readonly seconds: number } // until it is started again
  | { readonly phase: "failed"; readonly error: Error };

const WAITS = [1, 4, 16]; // seconds before it is started again after its first, second and third end
const FORGOTTEN = 5 * 60_000; // milliseconds after which an end is no longer counted

/** Keeps one session open: one thing at a time, the newest wish first, and after an end that nobody wished for, a pause. */
export class Lifecycle<S extends Session> {
  #session: S | undefined;
  #turn: Promise<void> = Promise.resolve();
  #wish = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #ends: number[] = [];

  constructor(
    private readonly open: (signal: AbortSignal) => Promise<S>,
    private readonly tell: (state: State) => void,
  ) {}

  get session(): S | undefined {
    return this.#session;
  }

  /** The session, when what is being done for it is done; undefined where there is none then. */
  async ready(): Promise<S | undefined> {
    let turn: Promise<void> | undefined;
    while (turn !== this.#turn) {
      turn = this.#turn;
      await turn;
    }
    return this.#session;
  }

  /** Close what is open, and open anew. What was being opened, or waited for, is given up. */
  restart(): Promise<void> {
    this.#ends = [];
    return this.#next(async (signal) => {
      await this.#close();
      await this.#open(signal);
    });
  }

  stop(): Promise<void> {
    return this.#next(async () => {
      await this.#close();
      this.tell({ phase: "stopped" });
    });
  }

  #next(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    clearTimeout(this.#timer);
    this.#wish.abort();
    this.#wish = new AbortController();
    const { signal } = this.#wish;
    this.#turn = this.#turn.then(() => (signal.aborted ? undefined : work(signal)));
    return this.#turn;
  }

  async #open(signal: AbortSignal): Promise<void> {
    this.tell({ phase: "starting" });
    try {
      const session = await this.open(signal);
      if (signal.aborted) return await session.close();
      this.#session = session;
      this.tell({ phase: "running" });
      void session.ended.then((why) => this.#ended(session, why));
    } catch (error) {
      if (!signal.aborted) this.tell({ phase: "failed", error: error as Error });
    }
  }

  async #close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined; // so that its end is not taken for an accident
    await session?.close();
  }

  #ended(session: S, why: string): void {
    if (session !== this.#session) return;
    this.#session = undefined;
    const now = Date.now();
    this.#ends = [...this.#ends.filter((then) => now - then < FORGOTTEN), now];
    const seconds = WAITS[this.#ends.length - 1];
    if (seconds === undefined) {
      this.tell({ phase: "failed", error: new Error(why) });
      return;
    }
    this.tell({ phase: "waiting", why, seconds });
    this.#timer = setTimeout(() => void this.#next((signal) => this.#open(signal)), seconds * 1000);
  }
}
