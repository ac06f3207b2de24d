// What a step said to another system and heard: one entry an attempt, the newest open. As it was recorded, without secrets.
import { useState } from 'react';
import { useFormat, useLanguage, useT } from '../../../../i18n';
import { Badge, ErrorNote, type Tone } from '../../../../ui';
import { useExchanges } from '../../api/exchanges';
import { exchangeMessages } from '../../messages/exchanges';
import { exchangesOf, type Exchange, type Fate, type KeptFile, type RobotNote } from '../../model/exchange';
import { wordsOf } from '../../model/why';
import { Data } from './Data';
import styles from './Exchanges.module.css';

const TONES: Record<Fate, Tone> = { done: 'success', failed: 'danger', doubt: 'warning' };

export interface ExchangesProps {
  runId: string;
  step: string;
  /** The run goes on. */
  moves: boolean;
}

/** Nothing at all for a step that said nothing. */
export function Exchanges({ runId, step, moves }: ExchangesProps) {
  const t = useT(exchangeMessages);
  const all = useExchanges(runId, moves);
  if (all.error && !all.data) return <ErrorNote error={all.error} onRetry={() => void all.refetch()} />;
  const told = exchangesOf(all.data ?? [], step);
  if (told.length === 0) return null;
  return (
    <section className={styles.all} aria-label={t('title')}>
      <h3 className={styles.heading}>{t('title')}</h3>
      {told.map((one, index) => (
        <Attempt key={`${step} ${one.attempt}`} told={one} isLast={index === told.length - 1} />
      ))}
      <p className={styles.quiet}>{t('hidden')}</p>
    </section>
  );
}

function Attempt({ told, isLast }: { told: Exchange; isLast: boolean }) {
  const t = useT(exchangeMessages);
  const { formatDateTime } = useFormat();
  const language = useLanguage();
  const isRobot = told.method === 'ROBOT';
  return (
    <details className={styles.one} open={isLast}>
      <summary>
        <span className={styles.line}>
          <span>{t('attempt', { n: told.attempt })}</span>
          <Badge tone={TONES[told.fate]}>{t(`fate_${told.fate}`)}</Badge>
          {told.status !== null && <Badge tone={told.status < 400 ? 'neutral' : 'danger'}>{t('status', { status: told.status })}</Badge>}
        </span>
      </summary>
      <div className={styles.body}>
        <p className={styles.quiet}>{[formatDateTime(told.at), told.took_ms !== null && t('took', { ms: told.took_ms })].filter(Boolean).join(' · ')}</p>
        {told.method === '' ? (
          <p className={styles.quiet}>{t('nothingKnown')}</p>
        ) : (
          <p className={styles.address}>
            {told.method} {told.url}
          </p>
        )}
        {told.error && <p className={styles.wrong}>{wordsOf(told, language)}</p>}
        <Data label={told.sent_bytes > 0 ? t('sent', { bytes: told.sent_bytes }) : t('sentInput')} value={told.sent} />
        {isRobot && told.notes.length > 0 && <Notes notes={told.notes} />}
        <Data label={told.got_bytes > 0 ? t('got', { bytes: told.got_bytes }) : t('gotAnswer')} value={told.got} />
        {told.files.length > 0 && <Files files={told.files} />}
        {told.picture && <Picture id={told.picture} />}
      </div>
    </details>
  );
}

function Notes({ notes }: { notes: readonly RobotNote[] }) {
  const t = useT(exchangeMessages);
  const language = useLanguage();
  return (
    <>
      <h4 className={styles.label}>{t('robotSteps')}</h4>
      <ol className={styles.notes}>
        {notes.map((note, index) => (
          <li key={index}>
            <code>{note.step}</code> <span className={styles.quiet}>{t('took', { ms: note.took_ms })}</span>
            {note.error && <p className={styles.wrong}>{wordsOf(note, language)}</p>}
          </li>
        ))}
      </ol>
    </>
  );
}

const urlOf = (id: string, name: string): string => `/api/v1/attachments/${encodeURIComponent(id)}/${encodeURIComponent(name)}`;

function Files({ files }: { files: readonly KeptFile[] }) {
  const t = useT(exchangeMessages);
  return (
    <>
      <h4 className={styles.label}>{t('files')}</h4>
      <ul className={styles.notes}>
        {files.map((file) => (
          <li key={file.id}>
            <a href={urlOf(file.id, file.name)} download={file.name} aria-label={t('download', { name: file.name })}>
              {file.name}
            </a>{' '}
            <span className={styles.quiet}>{t('bytes', { bytes: file.bytes })}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Kept as an attachment: gone when attachments of its age are. */
function Picture({ id }: { id: string }) {
  const t = useT(exchangeMessages);
  const [gone, setGone] = useState(false);
  const url = urlOf(id, 'page.png');
  return (
    <>
      <h4 className={styles.label}>{t('picture')}</h4>
      {gone ? (
        <p className={styles.quiet}>{t('noPicture')}</p>
      ) : (
        <a className={styles.picture} href={url} target="_blank" rel="noreferrer" aria-label={t('openPicture')}>
          <img src={url} alt={t('picture')} loading="lazy" decoding="async" onError={() => setGone(true)} />
        </a>
      )}
    </>
  );
}
