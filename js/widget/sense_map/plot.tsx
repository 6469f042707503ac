import type { ComponentChildren, RefObject } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { scaleOf } from "../scale";
import { channels } from "../theme";
import { useTheme } from "../use_theme";
import { type Camera, fitted, moved, type Size, toPlane, toScreen, zoomed } from "./camera";
import { type Cloud, centres, type Place } from "./cloud";
import { glide } from "./glide";
import { arrange } from "./names";
import { CLEAR, type Colour, FADED, HIDDEN, Painter, radiusOf } from "./painter";
import { SLOTS, shortName, slotClass, type Uses } from "./uses";

export type Tool = "pan" | "box" | "lasso";

interface PlotProps {
  cloud: Cloud;
  uses: Uses;
  tool: Tool;
  hidden: ReadonlySet<number>; // groups
  selected: ReadonlySet<number>;
  pointed: number | null; // the use that is looked at
  lit: number | null; // the look that stands out
  label: string;
  zoom: RefObject<Zoom | null>;
  onPoint(index: number | null): void;
  onSelect(indices: number[], adding: boolean): void;
  children(place: Place, size: Size): ComponentChildren; // what is said of the use that is looked at
}

/** What buttons ask of the plot. */
export interface Zoom {
  by(times: number): void;
  whole(): void;
  to(index: number): void;
}

const DRAG = 4; // pixels from which a press is no click
const NEAR = { mouse: 14, touch: 26 };
const STEP = 1.5; // of zooming by key or button
const DIRECTIONS: Record<string, Place> = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** The points, drawn on a canvas; looked at, chosen, moved and zoomed with the pointer, fingers or keys. */
export function Plot(props: PlotProps) {
  const { cloud, uses, tool, hidden, selected, pointed, lit } = props;
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const names = useRef<HTMLDivElement>(null);
  const probes = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const themed = useTheme(place);
  const [view, setView] = useState<{ cloud: Cloud; camera: Camera } | null>(null); // null: all of it
  const [outline, setOutline] = useState<Place[]>([]);
  const pointers = useRef(new Map<number, Place>());
  const pressed = useRef<{ at: Place; moved: boolean; drawing: boolean; adding: boolean } | null>(null);
  const painter = useRef<Painter | null>(null);
  const shown = useRef(cloud.points); // what is on the canvas now
  const fit = useMemo(() => fitted(cloud.bounds, size), [cloud, size]);
  const camera = view?.cloud === cloud ? view.camera : fit;
  const setCamera = (change: (now: Camera) => Camera) =>
    setView((now) => ({ cloud, camera: change(now?.cloud === cloud ? now.camera : fit) }));
  const middles = useMemo(() => centres(cloud, uses.slotOf, SLOTS + 1), [cloud, uses]);

  const counts = (index: number) => !hidden.has(uses.groupOf[index] as number);
  const seen = useMemo(() => {
    const found = new Uint8Array(uses.size);
    for (let index = 0; index < uses.size; index++) {
      if (hidden.has(uses.groupOf[index] as number)) found[index] = HIDDEN;
      else if (lit !== null) found[index] = uses.slotOf[index] === lit ? CLEAR : FADED;
      else found[index] = !selected.size || selected.has(index) ? CLEAR : FADED;
    }
    return found;
  }, [uses, hidden, selected, lit]);

  useLayoutEffect(() => {
    const element = place.current as HTMLDivElement;
    const sizes = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);

  useLayoutEffect(() => {
    if (!canvas.current || !size.width) return;
    painter.current ??= new Painter(canvas.current);
    const own = painter.current;
    const [paper, ...inks] = [...(probes.current?.children ?? [])].map(colourOf);
    const looks = inks.map((colour, slot) => ({
      colour,
      shape: slot < SLOTS ? slot % 4 : 0,
      isHollow: slot >= 4 && slot < SLOTS,
    }));
    const paint = (points: Float32Array) => {
      const scene = { points, groupOf: uses.slotOf, seen, looks, paper: paper as Colour };
      own.paint(scene, camera, size, devicePixelRatio || 1);
      shown.current = points;
    };
    arrange(names.current as HTMLDivElement, middles, camera, size);
    return glide(shown.current, cloud, paint);
  }, [cloud, uses, seen, camera, size, themed, middles]);

  props.zoom.current = {
    by: (times) => setCamera((now) => zoomed(now, times, [size.width / 2, size.height / 2], size)),
    whole: () => setView(null),
    to: (index) => {
      const [x, y] = toScreen([cloud.x(index), cloud.y(index)], camera, size);
      const isIn = x > 20 && y > 20 && x < size.width - 20 && y < size.height - 20;
      if (!isIn) setCamera((now) => ({ ...now, x: cloud.x(index), y: cloud.y(index) }));
    },
  };

  const at = (event: MouseEvent): Place => {
    const frame = (place.current as HTMLDivElement).getBoundingClientRect();
    const scale = scaleOf(place.current as HTMLDivElement, frame);
    return [(event.clientX - frame.left) / scale, (event.clientY - frame.top) / scale];
  };
  const nearest = (where: Place, touch: boolean) => {
    const radius = (touch ? NEAR.touch : NEAR.mouse) + radiusOf(cloud.size, camera, size);
    return cloud.nearest(toPlane(where, camera, size), radius / camera.scale, counts);
  };

  const onPointerDown = (event: PointerEvent) => {
    if (event.button > 0) return;
    const where = at(event);
    (place.current as HTMLDivElement).setPointerCapture(event.pointerId);
    pointers.current.set(event.pointerId, where);
    const drawing = tool !== "pan" || event.shiftKey;
    pressed.current = { at: where, moved: pointers.current.size > 1, drawing, adding: event.shiftKey };
  };
  const onPointerMove = (event: PointerEvent) => {
    const where = at(event);
    const last = pointers.current.get(event.pointerId);
    const press = pressed.current;
    if (!last || !press) {
      props.onPoint(nearest(where, event.pointerType === "touch"));
      return;
    }
    if (pointers.current.size > 1) return pinch(event.pointerId, where);
    if (!press.moved && Math.hypot(where[0] - press.at[0], where[1] - press.at[1]) < DRAG) return;
    if (!press.moved) props.onPoint(null);
    press.moved = true;
    pointers.current.set(event.pointerId, where);
    if (!press.drawing) setCamera((now) => moved(now, where[0] - last[0], where[1] - last[1]));
    else if (tool === "box") setOutline(rectangle(press.at, where));
    else setOutline((line) => [...(line.length ? line : [press.at]), where]);
  };
  const onPointerUp = (event: PointerEvent) => {
    const press = pressed.current;
    const wasOne = pointers.current.size === 1;
    pointers.current.delete(event.pointerId);
    if (pointers.current.size) return;
    pressed.current = null;
    setOutline([]);
    if (!press || !wasOne || event.type === "pointercancel") return;
    const adding = press.adding || event.ctrlKey || event.metaKey;
    if (press.moved && press.drawing && outline.length > 2) {
      const drawn = outline.map((corner) => toPlane(corner, camera, size));
      props.onSelect(cloud.inside(drawn, counts), adding);
    } else if (!press.moved) {
      const index = nearest(press.at, event.pointerType === "touch");
      props.onPoint(index);
      props.onSelect(index === null ? [] : [index], adding);
    }
  };
  const pinch = (id: number, where: Place) => {
    const other = [...pointers.current].find(([key]) => key !== id)?.[1] as Place;
    const last = pointers.current.get(id) as Place;
    pointers.current.set(id, where);
    const apart =
      Math.hypot(where[0] - other[0], where[1] - other[1]) / (Math.hypot(last[0] - other[0], last[1] - other[1]) || 1);
    const middle: Place = [(where[0] + other[0]) / 2, (where[1] + other[1]) / 2];
    setCamera((now) => zoomed(moved(now, (where[0] - last[0]) / 2, (where[1] - last[1]) / 2), apart, middle, size));
  };

  const onWheel = (event: WheelEvent) => {
    const element = place.current as HTMLDivElement;
    const isOurs = event.ctrlKey || event.metaKey || (element.getRootNode() as ShadowRoot).activeElement === element;
    if (!isOurs) return; // whoever scrolls the page past the map wants the page to scroll
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 32);
    setCamera((now) => zoomed(now, Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.002)), at(event), size));
  };
  useLayoutEffect(() => {
    const element = place.current as HTMLDivElement;
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = DIRECTIONS[event.key];
    if (direction) {
      go(pointed === null ? nearestToMiddle() : cloud.next(pointed, direction, counts));
    } else if (event.key === "PageDown" || event.key === "PageUp") {
      go(following(pointed, event.key === "PageDown" ? 1 : -1));
    } else if (event.key === "Enter" || event.key === " ") {
      if (pointed !== null) props.onSelect([pointed], event.shiftKey);
    } else if (event.key === "Escape") {
      props.onPoint(null);
      props.onSelect([], false);
    } else if (event.key === "+" || event.key === "=") props.zoom.current?.by(STEP);
    else if (event.key === "-") props.zoom.current?.by(1 / STEP);
    else if (event.key === "0") props.zoom.current?.whole();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const go = (index: number | null) => {
    if (index === null) return;
    props.onPoint(index);
    props.zoom.current?.to(index);
  };
  const nearestToMiddle = () => cloud.nearest([camera.x, camera.y], size.width / camera.scale, counts);
  const following = (from: number | null, by: number) => {
    let index = from === null ? (by > 0 ? 0 : uses.size - 1) : from + by;
    while (index >= 0 && index < uses.size && !counts(index)) index += by;
    return index >= 0 && index < uses.size ? index : null;
  };

  const marked = pointed === null ? null : toScreen([cloud.x(pointed), cloud.y(pointed)], camera, size);
  const ring = 2 * radiusOf(cloud.size, camera, size) + 7;
  return (
    <div
      ref={place}
      class={`plot ${tool}`}
      role="application"
      aria-roledescription="map"
      aria-label={props.label}
      aria-describedby="axes"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is walked with the keys
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      onPointerLeave={(event) => event.pointerType !== "mouse" || pressed.current || props.onPoint(null)}
      onKeyDown={onKeyDown}
      onDblClick={(event) => setCamera((now) => zoomed(now, event.shiftKey ? 0.5 : 2, at(event), size))}
    >
      <canvas ref={canvas} />
      <div ref={names} class="names" aria-hidden="true">
        {uses.slots.slice(0, SLOTS).map((groups, slot) => {
          const group = uses.groups[groups[0] ?? -1];
          const isSeen =
            group && isNamed(group.count, uses.size) && !hidden.has(groups[0] as number) && (lit === null || lit === slot);
          return (
            <span key={slot} class={`${slotClass(slot)} ${isSeen ? "" : "off"}`}>
              {group && shortName(group)}
            </span>
          );
        })}
      </div>
      {outline.length > 1 && (
        <svg class="outline" aria-hidden="true">
          <polygon points={outline.map((corner) => corner.join(",")).join(" ")} />
        </svg>
      )}
      {marked && pointed !== null && (
        <>
          <span
            class={`ring ${slotClass(uses.slotOf[pointed] as number)}`}
            style={{ width: `${ring}px`, height: `${ring}px`, left: `${marked[0]}px`, top: `${marked[1]}px` }}
          />
          {props.children(marked, size)}
        </>
      )}
      <div ref={probes} class="probes" aria-hidden="true">
        <i class="paper" />
        {uses.slots.map((_, slot) => (
          <i key={slot} class={slotClass(slot)} />
        ))}
      </div>
    </div>
  );
}

/** A few strays are no place on the map. */
function isNamed(count: number, all: number): boolean {
  return count >= Math.min(3, all / 4) && count >= all / 100;
}

function rectangle([x0, y0]: Place, [x1, y1]: Place): Place[] {
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
}

function colourOf(probe: Element): Colour {
  const [red = 0, green = 0, blue = 0] = channels(getComputedStyle(probe).color);
  return [red, green, blue];
}
