import type { ReactNode } from 'react';
import { CommandsProvider } from '../commands';
import { RealtimeProvider } from '../realtime/RealtimeProvider';

/** What every signed-in screen may use: the live stream, and the commands behind keys and the palette. */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <RealtimeProvider>
      <CommandsProvider>{children}</CommandsProvider>
    </RealtimeProvider>
  );
}
