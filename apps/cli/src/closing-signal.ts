/** SIGUSR1, from the first moment of the process: a batch system's word that the time is nearly up. */

let heard = false;
/** What closes, while there is something to close. */
let close: (() => void) | undefined;

/** May be called twice. Unheeded, the signal would have Node wait for a debugger on a port. */
export function heedClosing(): void {
  if (!process.listeners('SIGUSR1').includes(hear)) process.on('SIGUSR1', hear);
}

/** `act` is called when the signal comes, or now, where it came before. Call what is returned once there is nothing to close. */
export function onClosing(act: () => void): () => void {
  heedClosing();
  close = act;
  if (heard) act();
  return () => {
    close = undefined;
  };
}

function hear(): void {
  heard = true;
  close?.();
}
