import type { ReactNode } from 'react';
import { CommandsProvider } from '../commands';
import { OutboxProvider } from '../features/conversations/api/outbox-context';
import { OfferBar } from '../features/conversations/ui/offers/OfferBar';
import { WrapUps } from '../features/wrapup';
import { BannerFrame, RealtimeProvider } from '../realtime';

/** What every signed-in screen may use: the live stream, the outbox, and the commands behind keys and the palette. */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <RealtimeProvider>
      <OutboxProvider>
        <CommandsProvider>
          <BannerFrame>
            <OfferBar />
            {children}
            <WrapUps />
          </BannerFrame>
        </CommandsProvider>
      </OutboxProvider>
    </RealtimeProvider>
  );
}
