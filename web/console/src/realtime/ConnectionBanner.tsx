// Says when the connection is gone, when it is tried again, and, shortly, that it is back. Quiet while all is well.
import { useEffect, useState, type ReactNode } from 'react';
import { useT } from '../i18n';
import { Button, Icon, cx } from '../ui';
import type { LinkState } from './client';
import { useLink, useRealtime } from './hooks';
import { realtimeMessages } from './messages';
import styles from './realtime.module.css';

/** A short gap is nobody's business. */
const SHOWN_AFTER_MS = 1_500;
const RESTORED_FOR_MS = 2_500;

type Shown = 'nothing' | 'lost' | 'restored';

function useShown(link: LinkState): Shown {
  const [shown, setShown] = useState<Shown>('nothing');
  const fine = link.phase === 'connected';
  const [wasConnected, setWasConnected] = useState(false);
  if (fine && !wasConnected) setWasConnected(true);
  useEffect(() => {
    if (!fine) {
      const timer = setTimeout(() => setShown('lost'), SHOWN_AFTER_MS);
      return () => clearTimeout(timer);
    }
    setShown((before) => (before === 'lost' ? 'restored' : before));
    const timer = setTimeout(() => setShown('nothing'), RESTORED_FOR_MS);
    return () => clearTimeout(timer);
  }, [fine]);
  return fine && shown === 'lost' ? 'restored' : shown;
}

function useSecondsUntil(at: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (at === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [at]);
  return at === null ? 0 : Math.max(0, Math.ceil((at - now) / 1000));
}

/** The banner above everything else, which gives way to it. */
export function BannerFrame({ children }: { children: ReactNode }) {
  return (
    <div className={styles.frame}>
      <ConnectionBanner />
      {children}
    </div>
  );
}

function ConnectionBanner() {
  const t = useT(realtimeMessages);
  const link = useLink();
  const { retryNow } = useRealtime();
  const shown = useShown(link);
  const seconds = useSecondsUntil(link.phase === 'reconnecting' ? link.retryAt : null);

  let text = '';
  if (shown === 'restored') text = t('restored');
  else if (shown === 'lost') {
    if (link.phase === 'offline') text = t('offline');
    else text = seconds > 0 ? t('reconnecting', { seconds }) : t('reconnectingNow');
  }
  return (
    <div role="status">
      {shown !== 'nothing' && (
        <div className={cx(styles.banner, shown === 'restored' && styles.bannerFine)}>
          <Icon name={shown === 'restored' ? 'check' : 'alert'} size={16} />
          {/* The countdown is for the eye; read aloud every second it would only disturb. */}
          <span aria-hidden={seconds > 0 || undefined}>{text}</span>
          {seconds > 0 && <span className="visually-hidden">{t('reconnectingNow')}</span>}
          {shown === 'lost' && <span className={styles.bannerHint}>{t('keepWriting')}</span>}
          {shown === 'lost' && link.phase === 'reconnecting' && (
            <Button size="sm" variant="ghost" onClick={retryNow}>
              {t('retryNow')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
