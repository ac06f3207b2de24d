// What can be done to all ticked conversations, what became of it, and the way back.
import { useState } from 'react';
import type { BulkAction, BulkResult, Priority } from '@qingniao/shared/api';
import { shownTimeZone, useT } from '../../../../i18n';
import { Button, IconButton, Menu, MenuItem, MenuSeparator, Spinner, toast } from '../../../../ui';
import { actOnMany, canTakeBack, takeBack } from '../../api/bulk';
import { bulkMessages } from '../../messages/bulk';
import { snoozeUntil, type SnoozePreset } from '../../model/snooze';
import { SELECTED_MAX } from '../../model/selection';
import { markMessages } from '../marks/messages';
import { CannedDialog, LabelDialog, PassDialog, ReasonsDialog } from './dialogs';
import styles from './BulkBar.module.css';

export interface BulkBarProps {
  ids: ReadonlySet<string>;
  onAll(): void;
  /** What stays ticked. */
  onKeep(ids: string[]): void;
  onEnd(): void;
}

const PRIORITIES: readonly Priority[] = ['urgent', 'high', 'normal', 'low'];

type Asking = 'labels' | 'pass' | 'canned' | 'reasons' | null;

export function BulkBar({ ids, onAll, onKeep, onEnd }: BulkBarProps) {
  const t = useT(bulkMessages);
  const mark = useT(markMessages);
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState<Asking>(null);
  const [result, setResult] = useState<{ result: BulkResult; isUndo: boolean } | null>(null);
  const none = ids.size === 0 || busy;

  async function work(todo: () => Promise<BulkResult>, isUndo: boolean): Promise<void> {
    setBusy(true);
    setAsking(null);
    try {
      const done = await todo();
      setResult({ result: done, isUndo });
      onKeep(done.refused.map(({ id }) => id));
    } catch (error) {
      toast.error(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }
  const run = (action: BulkAction) => void work(() => actOnMany([...ids], action), false);
  const snooze = (preset: SnoozePreset) => run({ do: 'snooze', until: snoozeUntil(preset, Date.now(), shownTimeZone()) });
  const close = () => setAsking(null);

  return (
    <section className={styles.bar} aria-label={t('toolbar')}>
      {result !== null && <Outcome {...result} busy={busy} onReasons={() => setAsking('reasons')} onUndo={() => void work(() => takeBack(result.result), true)} onDismiss={() => setResult(null)} />}
      <div className={styles.row}>
        <strong className={styles.count} aria-live="polite">
          {busy ? <Spinner size={14} /> : null}
          {busy ? t('working') : ids.size === 0 ? t('pickSome') : t(ids.size >= SELECTED_MAX ? 'selectedMax' : 'selectedCount', { n: ids.size })}
        </strong>
        <Button size="sm" variant="ghost" onClick={onAll}>
          {t('selectAll')}
        </Button>
        <IconButton icon="close" size="sm" label={t('endSelecting')} plain onClick={onEnd} />
      </div>
      <div className={styles.row}>
        <Button size="sm" disabled={none} onClick={() => run({ do: 'claim' })}>
          {t('claimAll')}
        </Button>
        <Button size="sm" disabled={none} onClick={() => run({ do: 'resolve' })}>
          {t('resolveAll')}
        </Button>
        <Button size="sm" disabled={none} onClick={() => setAsking('labels')}>
          {t('labelAll')}
        </Button>
        <Button size="sm" disabled={none} onClick={() => setAsking('pass')}>
          {t('passAll')}
        </Button>
        <Menu side="top" trigger={<IconButton icon="more" size="sm" label={t('moreAll')} plain disabled={none} />}>
          <MenuItem icon="bolt" onSelect={() => setAsking('canned')}>
            {t('cannedAll')}
          </MenuItem>
          <MenuSeparator />
          {PRIORITIES.map((priority) => (
            <MenuItem key={priority} icon={priority === 'low' ? 'chevronDown' : priority === 'normal' ? 'minus' : 'chevronUp'} onSelect={() => run({ do: 'set_priority', priority })}>
              {mark(`priority_${priority}`)}
            </MenuItem>
          ))}
          <MenuSeparator />
          <MenuItem icon="pause" onSelect={() => run({ do: 'pend' })}>
            {t('pendAll')}
          </MenuItem>
          <MenuItem icon="snooze" onSelect={() => snooze('hour')}>
            {t('snoozeHour')}
          </MenuItem>
          <MenuItem icon="snooze" onSelect={() => snooze('tomorrow')}>
            {t('snoozeTomorrow')}
          </MenuItem>
          <MenuItem icon="snooze" onSelect={() => snooze('next_week')}>
            {t('snoozeWeek')}
          </MenuItem>
          <MenuItem icon="play" onSelect={() => run({ do: 'wake' })}>
            {t('wakeAll')}
          </MenuItem>
          <MenuItem icon="undo" onSelect={() => run({ do: 'reopen' })}>
            {t('reopenAll')}
          </MenuItem>
          <MenuItem icon="bot" onSelect={() => run({ do: 'return_to_bot' })}>
            {t('toBotAll')}
          </MenuItem>
        </Menu>
      </div>
      {asking === 'labels' && <LabelDialog n={ids.size} onClose={close} onChoose={run} />}
      {asking === 'pass' && <PassDialog n={ids.size} onClose={close} onChoose={run} />}
      {asking === 'canned' && <CannedDialog n={ids.size} onClose={close} onChoose={run} />}
      {asking === 'reasons' && result !== null && <ReasonsDialog refused={result.result.refused} onClose={close} />}
    </section>
  );
}

interface OutcomeProps {
  result: BulkResult;
  isUndo: boolean;
  busy: boolean;
  onReasons(): void;
  onUndo(): void;
  onDismiss(): void;
}

function Outcome({ result, isUndo, busy, onReasons, onUndo, onDismiss }: OutcomeProps) {
  const t = useT(bulkMessages);
  const [done, refused] = [result.done.length, result.refused.length];
  const words = refused > 0 ? t('someRefused', { done, refused }) : t(isUndo ? 'undone' : 'doneAll', { n: done });
  return (
    <div className={styles.outcome} role="status">
      <span className={styles.count}>{words}</span>
      {refused > 0 && (
        <Button size="sm" variant="ghost" onClick={onReasons}>
          {t('reasons')}
        </Button>
      )}
      {!isUndo && canTakeBack(result) && (
        <Button size="sm" variant="ghost" icon="undo" disabled={busy} onClick={onUndo}>
          {t('undoAll')}
        </Button>
      )}
      <IconButton icon="close" size="sm" label={t('dismiss')} plain onClick={onDismiss} />
    </div>
  );
}
