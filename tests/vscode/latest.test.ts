import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Latest } from "../../js/extension/latest";

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

test("of many questions in a row only the last is asked, after the pause", async () => {
  const asked: string[] = [];
  const answers: string[] = [];
  const latest = new Latest<string, string>(
    100,
    async (question) => {
      asked.push(question);
      return question.toUpperCase();
    },
    (answer) => answers.push(answer),
    assert.fail,
  );
  for (const letter of "river") {
    latest.put(letter);
    mock.timers.tick(99);
  }
  assert.deepEqual(asked, []);
  mock.timers.tick(1);
  await settled();
  assert.deepEqual([asked, answers], [["r"], ["R"]]);
});

test("a question that is superseded is given up; neither its answer nor its error is told", async () => {
  const answers: string[] = [];
  const given: string[] = [];
  const open: Record<string, (answer: string | Error) => void> = {};
  const latest = new Latest<string, string>(
    100,
    (question, signal) => {
      signal.addEventListener("abort", () => given.push(question));
      return new Promise((resolve, reject) => {
        open[question] = (answer) => (answer instanceof Error ? reject(answer) : resolve(answer));
      });
    },
    (answer) => answers.push(answer),
    assert.fail,
  );
  for (const question of ["first", "second", "third"]) {
    latest.put(question);
    mock.timers.tick(100);
  }
  open.third?.("3");
  open.first?.("1");
  open.second?.(new Error("2"));
  await settled();
  assert.deepEqual([answers, given], [["3"], ["first", "second"]]);
});

test("an error of the newest question is told; nothing is after dropping it", async () => {
  const errors: string[] = [];
  const latest = new Latest<string, string>(
    100,
    (question) => Promise.reject(new Error(question)),
    assert.fail,
    (error) => errors.push(error.message),
  );
  latest.put("told");
  mock.timers.tick(100);
  await settled();
  latest.put("dropped");
  latest.drop();
  mock.timers.tick(100);
  await settled();
  assert.deepEqual(errors, ["told"]);
});
