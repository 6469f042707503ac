declare module "reveal.js/dist/reveal.esm.js" {
  const Reveal: { initialize(options: Record<string, unknown>): Promise<void> };
  export default Reveal;
}

declare module "reveal.js/plugin/notes/notes.esm.js" {
  const Notes: unknown;
  export default Notes;
}
