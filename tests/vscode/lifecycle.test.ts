import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Lifecycle, type Session, type State } from "../../js/extension/lifecycle";

/** Sessions that open when told to, and tell what is done to them. */
class Stage {
  readonly log: string[] = [];
  readonly states: State[] = [];
  readonly lifecycle: Lifecycle<Session>;
  #opened = 0;
  #end: (why: string) => void = () => {};
  fail: Error | undefined;
  gate: Promise<void> = Promise.resolve();

  constructor() {
    this.lifecycle = new Lifecycle(
      async (signal) => {
        const number = ++this.#opened;
        this.log.push(`open ${number}`);
        signal.addEventListener("abort", () => this.log.push(`give up ${number}`));
        await this.gate;
        if (this.fail) throw this.fail;
        const ended = new Promise<string>((resolve) => {
          this.#end = resolve;
        });
        return { ended, close: async () => void this.log.push(`close ${number}`) };
      },
      (state) => this.states.push(state),
    );
  }

  get phases(): string[] {
    return this.states.map(({ phase }) => phase);
  }

  async die(why: string): Promise<void> {
    this.#end(why);
    await settled();
  }
}

/** What was promised has happened. */
const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

test("it starts, restarts, stops, one after the other", async () => {
  const stage = new Stage();
  await stage.lifecycle.restart();
  await stage.lifecycle.restart();
  await stage.lifecycle.stop();
  assert.deepEqual(
    stage.log.filter((line) => !line.startsWith("give up")),
    ["open 1", "close 1", "open 2", "close 2"],
  );
  assert.deepEqual(stage.phases, ["starting", "running", "starting", "running", "stopped"]);
  assert.equal(stage.lifecycle.session, undefined);
});

test("ten restarts at once open one session: what waits is superseded, what is opening is given up and closed", async () => {
  const stage = new Stage();
  let go = () => {};
  stage.gate = new Promise((resolve) => {
    go = resolve;
  });
  const all = Array.from({ length: 10 }, () => stage.lifecycle.restart());
  await settled();
  all.push(stage.lifecycle.restart());
  go();
  await Promise.all(all);
  assert.deepEqual(stage.log, ["open 1", "give up 1", "close 1", "open 2"]);
});

test("after an end that nobody wished for it waits 1, 4, 16 seconds, then says why and stays down", async () => {
  const stage = new Stage();
  await stage.lifecycle.restart();
  for (const seconds of [1, 4, 16]) {
    await stage.die("out of memory");
    assert.deepEqual(stage.states.at(-1), { phase: "waiting", why: "out of memory", seconds });
    mock.timers.tick(seconds * 1000 - 1);
    await settled();
    assert.equal(stage.phases.at(-1), "waiting");
    mock.timers.tick(1);
    await settled();
    assert.equal(stage.phases.at(-1), "running");
  }
  await stage.die("out of memory");
  const last = stage.states.at(-1);
  assert.equal(last?.phase === "failed" && last.error.message, "out of memory");
});

test("an end is forgotten after five minutes, and when the user restarts", async () => {
  const stage = new Stage();
  await stage.lifecycle.restart();
  await stage.die("one");
  mock.timers.tick(1000);
  await settled();
  mock.timers.tick(5 * 60_000);
  await stage.die("two");
  assert.deepEqual(stage.states.at(-1), { phase: "waiting", why: "two", seconds: 1 });
  await stage.lifecycle.restart();
  await stage.die("three");
  assert.deepEqual(stage.states.at(-1), { phase: "waiting", why: "three", seconds: 1 });
});

test("stopping while it waits to start again leaves it stopped", async () => {
  const stage = new Stage();
  await stage.lifecycle.restart();
  await stage.die("gone");
  await stage.lifecycle.stop();
  mock.timers.tick(60_000);
  await settled();
  assert.equal(stage.phases.at(-1), "stopped");
});

test("what cannot be opened is told, and not tried again by itself", async () => {
  const stage = new Stage();
  stage.fail = new Error("no module named pygls");
  await stage.lifecycle.restart();
  mock.timers.tick(60_000);
  await settled();
  assert.deepEqual(stage.states.at(-1), { phase: "failed", error: stage.fail });
  assert.deepEqual(stage.log, ["open 1"]);
});

test("who asks while it is being opened, or opened anew, waits for it", async () => {
  const stage = new Stage();
  let pass = () => {};
  stage.gate = new Promise((resolve) => {
    pass = resolve;
  });
  void stage.lifecycle.restart();
  const asked = stage.lifecycle.ready();
  await settled();
  void stage.lifecycle.restart();
  pass();
  const session = await asked;
  assert.ok(session);
  assert.equal(session, await stage.lifecycle.ready());
  assert.deepEqual(stage.log.at(-1), "open 2");
});

test("who asks when it could not be opened, or was stopped, is not kept waiting", async () => {
  const stage = new Stage();
  stage.fail = new Error("no Python");
  void stage.lifecycle.restart();
  assert.equal(await stage.lifecycle.ready(), undefined);
  stage.fail = undefined;
  await stage.lifecycle.restart();
  await stage.lifecycle.stop();
  assert.equal(await stage.lifecycle.ready(), undefined);
});
