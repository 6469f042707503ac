import { useEffect, useState } from "preact/hooks";
import { percent } from "../figures";
import { type Traits, useTrait } from "../traits";
import type { InspectorState } from "./state";

const PATIENCE = 5000; // milliseconds without a sign of life

/** How far the reading is, or what stands in its way. */
export function Status({ traits, isAwaited }: { traits: Traits<InspectorState>; isAwaited: boolean }) {
  const [progress] = useTrait(traits, "progress", null);
  const [error] = useTrait(traits, "error", null);
  const isReading = progress !== null && !error;
  const isSilent = useLongerThan(PATIENCE, isAwaited && !isReading && !error);
  return (
    <div class="status" aria-live="polite">
      {isReading && (
        <div
          class="progress"
          role="progressbar"
          aria-label="Reading the text"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(100 * progress)}
          aria-valuetext={percent(progress)}
        >
          <span style={{ width: `${100 * progress}%` }} />
        </div>
      )}
      {error && (
        <p class="problem" role="alert">
          {error}
        </p>
      )}
      {isSilent && <p class="problem">Nothing answers: the kernel was stopped or is busy. Run the cell again.</p>}
    </div>
  );
}

function useLongerThan(milliseconds: number, condition: boolean): boolean {
  const [isSo, setIsSo] = useState(false);
  useEffect(() => {
    setIsSo(false);
    if (!condition) return;
    const timer = setTimeout(() => setIsSo(true), milliseconds);
    return () => clearTimeout(timer);
  }, [milliseconds, condition]);
  return isSo;
}
