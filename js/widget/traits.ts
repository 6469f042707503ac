import { useLayoutEffect, useReducer } from "preact/hooks";

/** What a view asks of its host: anywidget's model, or anything that keeps named values and tells when one changes. */
export interface Traits<State> {
  get<Name extends keyof State>(name: Name): State[Name] | undefined;
  set<Name extends keyof State>(name: Name, value: State[Name]): void;
  on(event: `change:${string}`, listener: () => void): void;
  off(event: `change:${string}`, listener: () => void): void;
  save_changes?(): void;
}

/** Set several traits, which the host hears of at once: a notebook sends a second message only when the first was answered. */
export function put<State>(traits: Traits<State>, values: Partial<State>): void {
  for (const name of Object.keys(values) as (keyof State)[]) traits.set(name, values[name] as State[typeof name]);
  traits.save_changes?.();
}

/** The value of a trait, followed as it changes, and how to set it. A host that lacks the trait has the *fallback*. */
export function useTrait<State, Name extends keyof State & string>(
  traits: Traits<State>,
  name: Name,
  fallback: State[Name],
): [State[Name], (value: State[Name]) => void] {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => {
    const listener = () => redraw(undefined);
    traits.on(`change:${name}`, listener);
    return () => traits.off(`change:${name}`, listener);
  }, [traits, name]);
  const set = (value: State[Name]) => put(traits, { [name]: value } as unknown as Partial<State>);
  return [traits.get(name) ?? fallback, set];
}
