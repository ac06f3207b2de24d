// By which channel a conversation runs, in eleven pixels: an icon where everybody knows one, else the platform's letter in its colour.
import { Suspense } from 'react';
import type { ChannelKind } from '@qingniao/shared/api';
import { Icon, lazy, type IconName } from '../../../../ui';

const PlatformMark = lazy(() => import('./PlatformMark'));
const ICONS: Partial<Record<ChannelKind, IconName>> = { web: 'globe', api: 'code', email: 'mail', sms: 'note', smpp: 'note', mobile: 'phone' };

export function ChannelMark({ channel, name }: { channel: ChannelKind | undefined; name: string }) {
  const icon = channel && ICONS[channel];
  const drawn = <Icon name={icon ?? 'chat'} size={11} label={name} />;
  return channel && !icon ? (
    <Suspense fallback={drawn}>
      <PlatformMark channel={channel} name={name} />
    </Suspense>
  ) : (
    drawn
  );
}
