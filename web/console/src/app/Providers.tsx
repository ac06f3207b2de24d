import type { ReactNode } from 'react';

/** What every signed-in screen may use. */
export function Providers({ children }: { children: ReactNode }) {
  return children;
}
