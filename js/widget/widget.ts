import type { Render } from "@anywidget/types";

const render: Render = ({ el }) => {
  el.textContent = "senselens";
};

export default { render };
