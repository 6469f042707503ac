// The script of a notebook as slides: reveal.js is in it, so that the page fetches nothing.

import look from "reveal.js/dist/reveal.css";
import Reveal from "reveal.js/dist/reveal.esm.js";
import Notes from "reveal.js/plugin/notes/notes.esm.js";
import theme from "./slides.css";

const sheet = document.createElement("style");
sheet.textContent = look + theme;
document.head.prepend(sheet); // what nbconvert says about slides comes after it
Reveal.initialize({ history: true, width: 960, height: 700, plugins: [Notes] });
