import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { percent } from "./figures";
import type { Themed } from "./theme";
import { type Traits, useTrait } from "./traits";

const PATIENCE = 5000; // milliseconds without a sign of life

/** The traits that every view has. */
export interface ViewState extends Themed {
  /** How much has been worked out, 0 to 1; null when all has. */
  progress: number | null;
  /** What went wrong and how to go on. */
  error: string | null;
  /** Whether somebody answers when a trait is set. */
  live: boolean;
}

interface FrameProps {
  traits: Traits<never>;
  name: string; // the class that its styles are for
  isAwaited?: boolean; // what is shown is not what was asked for
  working?: string; // what it does meanwhile
  children: ComponentChildren;
}

/** What stands around every view: how far the work is, or what is in its way. */
export function Frame({ traits, name, isAwaited = false, working = "Reading the text", children }: FrameProps) {
  return (
    <div class={`senselens ${name}`}>
      <Status traits={traits as Traits<ViewState>} isAwaited={isAwaited} working={working} />
      {children}
    </div>
  );
}

interface StatusProps {
  traits: Traits<ViewState>;
  isAwaited: boolean;
  working: string;
}

function Status({ traits, isAwaited, working }: StatusProps) {
  const [progress] = useTrait(traits, "progress", null);
  const [error] = useTrait(traits, "error", null);
  const isWorking = progress !== null && !error;
  const isSilent = useLongerThan(PATIENCE, isAwaited && !isWorking && !error);
  return (
    <div class="status" aria-live="polite">
      {isWorking && (
        <div
          class="progress"
          role="progressbar"
          aria-label={working}
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
