import { useMemo } from "preact/hooks";
import { Characters } from "../../shared/characters";
import { Frame } from "../frame";
import { type Traits, useTrait } from "../traits";
import { CAPABILITIES, columnsOf, sorted } from "./columns";
import type { ModelTableState } from "./state";

const NONE: never[] = [];

/** Models as rows, to be sorted, and chosen by what they can do. */
export function ModelTable({ traits }: { traits: Traits<ModelTableState> }) {
  const [rows] = useTrait(traits, "rows", NONE);
  const [sort, setSort] = useTrait(traits, "sort", "");
  const [wanted, setWanted] = useTrait(traits, "capabilities", NONE);
  const [word] = useTrait(traits, "word", "");
  const [uses] = useTrait(traits, "uses", NONE);

  const columns = useMemo(() => columnsOf(rows, word, uses.length), [rows, word, uses]);
  const all = Object.keys(CAPABILITIES).filter((one) => rows.some(({ capabilities }) => capabilities.includes(one)));
  const shown = sorted(
    rows.filter(({ capabilities }) => wanted.every((one) => capabilities.includes(one))),
    columns,
    sort,
  );
  const toggle = (one: string) => setWanted(wanted.includes(one) ? wanted.filter((other) => other !== one) : [...wanted, one]);
  const turn = (key: string, isNumber: boolean | undefined) => {
    const [first, second] = isNumber ? [`-${key}`, key] : [key, `-${key}`];
    setSort(sort === first ? second : sort === second ? "" : first);
  };
  const direction = (key: string) => (sort === key ? "ascending" : sort === `-${key}` ? "descending" : "none");
  return (
    <Frame traits={traits as Traits<never>} name="models" isAwaited={!rows.length} working="Looking the models up">
      {rows.length > 0 && (
        <>
          <div class="choices" role="group" aria-label="What the models can give">
            <span class="soft">
              {shown.length === rows.length ? `${rows.length} models` : `${shown.length} of ${rows.length} models`}
            </span>
            {all.length > 1 &&
              all.map((one) => (
                <button key={one} type="button" class="pill" aria-pressed={wanted.includes(one)} onClick={() => toggle(one)}>
                  {CAPABILITIES[one]}
                </button>
              ))}
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with the keys */}
          <div class="scroll" role="region" aria-label="Models" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  {columns.map(({ key, head, isNumber }) => (
                    <th key={key} scope="col" class={isNumber ? "figure" : ""} aria-sort={direction(key)}>
                      <button type="button" onClick={() => turn(key, isNumber)}>
                        {head}
                      </button>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {shown.map((row) => (
                  <tr key={row.name}>
                    <th scope="row">
                      {row.name}
                      {row.about && <small class="soft">{row.about}</small>}
                    </th>
                    {columns.slice(1).map(({ key, head, isNumber, cell }) => (
                      <td key={key} data-head={head} class={isNumber ? "figure" : ""}>
                        <div>{cell(row)}</div>
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {uses.length > 0 && (
            <ol class="uses">
              {uses.map(({ sentence, span }) => {
                const text = new Characters(sentence);
                return (
                  <li key={`${sentence}${span.start}`} dir="auto">
                    {text.of({ start: 0, end: span.start })}
                    <b>{text.of(span)}</b>
                    {text.of({ start: span.end, end: text.length })}
                  </li>
                );
              })}
            </ol>
          )}
        </>
      )}
    </Frame>
  );
}
