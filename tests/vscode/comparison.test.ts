import assert from "node:assert/strict";
import { test } from "node:test";
import { comparisonMarkdown } from "../../js/extension/comparison";

const row = {
  name: "mini",
  objective: "masked words",
  direction: "both directions",
  width: 384,
  layers: 7,
  parameters: 22713216,
  words_per_second: 1234.5,
  similarities: [{ cosine: 0.314, baseline: 0.2, same_sense: 0.07 }],
};
const first = "😋 The river bank.";
const second = "A | [bank](command:x) <b>\n`holds`";
const text = comparisonMarkdown({
  texts: [first, second],
  word: "bank",
  uses: [
    { text: 0, span: { start: 12, end: 16 } }, // of code points: the emoji is one
    { text: 1, span: { start: 5, end: 9 } },
  ],
  rows: [row, { ...row, name: "use", parameters: null, similarities: [] }],
});

test("the word is marked in each of its uses, and nothing in them is markup", () => {
  assert.ok(text.includes("1. 😋 The river **bank**&#46;"));
  assert.ok(text.includes("2. A &#124; &#91;**bank**&#93;&#40;command&#58;x&#41; &#60;b&#62; &#96;holds&#96;"));
});

test("a model is a column, a pair of uses a row", () => {
  assert.ok(text.includes("|  | mini | use |"));
  assert.ok(text.includes("| **parameters** | 22&#44;713&#44;216 | not counted |"));
  const pair = text.split("\n").find((line) => line.startsWith("| **use 1 and use 2**"));
  assert.match(pair ?? "", /same sense 7\u202f&#37; .*cosine 0&#46;31&#44; random words 0&#46;20.* \| no vectors of words \|$/);
});
