// What every view needs: the controller, its state and the words of the visitor's language.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Chat } from '../chat';
import type { Words } from '../i18n';
import type { State } from '../state';

export interface Screen {
  chat: Chat;
  state: State;
  t: Words;
}

export const ScreenContext = createContext<Screen | null>(null);

export function useScreen(): Screen {
  const screen = useContext(ScreenContext);
  if (!screen) throw new Error('no screen');
  return screen;
}
