/**
 * Closes a context in which all sound goes through `volume`. It falls silent before: a sound that breaks off is heard as a click.
 *
 * @param end Is called in silence, before the context is closed.
 */
export function fadeOut(context: AudioContext, { gain }: GainNode, end: () => void): void {
  const now = context.currentTime;
  gain.setValueAtTime(gain.value, now);
  gain.linearRampToValueAtTime(0, now + FADE);
  // Longer than the fade, because what is rendered is heard later. By a timer, because the clock of a context that waits stands still.
  setTimeout(() => {
    end();
    // It may be closed, with its page.
    context.close().catch(() => {});
  }, SILENT);
}

/** In seconds. */
const FADE = 0.02;
/** In milliseconds. */
const SILENT = 200;
