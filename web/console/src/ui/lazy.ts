// A part of the screen that is fetched when it is first shown. React's own gives up at the first failure and takes the page down with it; here a
// server that restarts, or a train in a tunnel, only makes the part come later.
import { lazy as once, type ComponentType, type LazyExoticComponent } from 'react';

const WAIT_MAX_MS = 8_000;
/** A part that a server in reach will not give, or that breaks as it starts, is broken: that is told. */
const REFUSALS_MAX = 3;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as React's own: the part's properties are whatever it takes
export function lazy<T extends ComponentType<any>>(load: () => Promise<{ default: T }>): LazyExoticComponent<T> {
  return once(() => patiently(load));
}

/** `load`, again and again while the server is out of reach. */
export async function patiently<T>(load: () => Promise<T>, pause = wait, reachable = inReach): Promise<T> {
  let refusals = 0;
  for (let tries = 0; ; tries += 1) {
    try {
      return await load();
    } catch (error) {
      if (await reachable()) refusals += 1;
      if (refusals >= REFUSALS_MAX) throw error;
      await pause(Math.min(500 * 2 ** tries, WAIT_MAX_MS));
      restyle();
    }
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

function inReach(): Promise<boolean> {
  return fetch('/healthz', { method: 'HEAD', cache: 'no-store' }).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** The loader asks for a style sheet once only: those that failed are asked for anew. */
function restyle(): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')) {
    if (link.sheet === null) link.replaceWith(link.cloneNode());
  }
}
