// What boxes and ways on a canvas ask for; nothing where the canvas is only looked at.
import { createContext } from 'react';

export interface Actions {
  /** A new step behind this port; on a way: between the two. */
  onAddAfter?: (from: string, port: string) => void;
  onRemoveWay?: (from: string, port: string) => void;
}

export const CanvasActions = createContext<Actions | null>(null);
