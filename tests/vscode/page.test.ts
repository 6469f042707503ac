import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "../../js/extension/page";

const html = page({ script: "https://host/panel.js", style: "https://host/panel.css", nonce: "bm9uY2U=" });

/** The page's content security policy, a list of sources for each directive. */
const policy = Object.fromEntries(
  (/content="([^"]*)"/.exec(html)?.[1] ?? "").split("; ").map((directive) => {
    const [name = "", ...sources] = directive.split(" ");
    return [name, sources];
  }),
);

test("nothing is allowed but the one script and the one style sheet, by nonce", () => {
  assert.deepEqual(policy, {
    "default-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "script-src": ["'nonce-bm9uY2U='"],
    "style-src": ["'nonce-bm9uY2U='"],
  });
});

test("every script and style sheet of the page carries the nonce, and none is written into it", () => {
  const tags = html.match(/<(script|link|style)\b[^>]*>/g) ?? [];
  assert.equal(tags.length, 2);
  for (const tag of tags) assert.match(tag, / nonce="bm9uY2U="/);
  assert.match(html, /<script [^>]*><\/script>/);
  assert.doesNotMatch(html, / (on\w+|style)=/);
});

test("an address stays an attribute, whatever it holds", () => {
  const odd = page({ script: "https://host/a&b", style: 'https://host/" onload="', nonce: "bm9uY2U=" });
  assert.ok(odd.includes('src="https://host/a&amp;b"'));
  assert.ok(odd.includes('href="https://host/&quot; onload=&quot;"'));
});
