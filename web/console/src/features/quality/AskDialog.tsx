// Sends a conversation to review by hand: the one at hand, or one that is looked for.
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { ConversationView, Page, UserView } from '@qingniao/shared/api';
import type { ScorecardView } from '@qingniao/shared/quality';
import { api, useAll } from '../../api';
import { Link } from '../../app/router';
import { useSession } from '../../app/session';
import { useDebounced } from '../../commands/use-search-hits';
import { useLanguage, useT } from '../../i18n';
import { Button, Dialog, ErrorNote, Field, fieldError, Select, TextArea, TextInput, toast } from '../../ui';
import { Choices } from '../cases/Choices';
import scroll from '../conversations/ui/actions/actions.module.css';
import { useAskReview } from './api';
import { qualityMessages } from './messages';
import styles from './Quality.module.css';

const ANYBODY = '';

export interface AskDialogProps {
  /** Fixed, where it is asked for beside a conversation. */
  conversationId?: string;
  onClose(): void;
}

export function AskDialog({ conversationId, onClose }: AskDialogProps) {
  const t = useT(qualityMessages);
  const language = useLanguage();
  const { user: me } = useSession();
  const cards = useAll<ScorecardView>('scorecards').data;
  const users = useAll<UserView>('users').data ?? [];
  const [chosen, setChosen] = useState<string | null>(conversationId ?? null);
  const [card, setCard] = useState('');
  const [reviewer, setReviewer] = useState(me.id);
  const [why, setWhy] = useState('');
  const ask = useAskReview();
  const scorecard = card || (cards?.[0]?.id ?? '');
  const reviewers = users.filter((user) => user.role !== 'agent' && !user.disabled && !user.service);
  const submit = () => {
    if (chosen === null) return;
    ask.mutate(
      { conversation_id: chosen, scorecard_id: scorecard, reviewer_id: reviewer === ANYBODY ? null : reviewer, why: why.trim() },
      {
        onSuccess: () => {
          toast.success(t('askedToast'));
          onClose();
        },
      },
    );
  };
  const places = ['conversation_id', 'scorecard_id', 'reviewer_id'];
  const placed = places.some((place) => fieldError(ask.error, place) !== undefined);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('askTitle')}
      description={t('askText')}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" busy={ask.isPending} disabled={chosen === null || scorecard === ''}>
            {t('askDo')}
          </Button>
        </>
      }
    >
      {conversationId === undefined && <Picker chosen={chosen} onChoose={setChosen} />}
      {fieldError(ask.error, 'conversation_id') && <p className={styles.error}>{fieldError(ask.error, 'conversation_id')}</p>}
      {cards?.length === 0 && (
        <p className={styles.hint}>
          {t('noForms')} <Link to="/quality?tab=forms">{t('newForm')}</Link>
        </p>
      )}
      <div className={styles.pair}>
        <Field label={t('form')} error={fieldError(ask.error, 'scorecard_id')}>
          {(control) => <Select {...control} value={scorecard} onChange={setCard} options={(cards ?? []).map((one) => ({ value: one.id, label: language === 'en' ? one.form.en : one.form.zh }))} />}
        </Field>
        <Field label={t('reviewer')} error={fieldError(ask.error, 'reviewer_id')}>
          {(control) => <Select {...control} value={reviewer} onChange={setReviewer} options={[{ value: ANYBODY, label: t('nobody') }, ...reviewers.map((user) => ({ value: user.id, label: user.name }))]} />}
        </Field>
      </div>
      <Field label={t('askWhy')} hint={t('askWhyHint')} optional>
        {(control) => <TextArea {...control} rows={2} maxLength={2000} value={why} onChange={(event) => setWhy(event.target.value)} />}
      </Field>
      {ask.error && !placed && <ErrorNote error={ask.error} />}
    </Dialog>
  );
}

/** Those that ended last, or what is looked for. */
function Picker({ chosen, onChoose }: { chosen: string | null; onChoose(id: string): void }) {
  const t = useT(qualityMessages);
  const [typed, setTyped] = useState('');
  const q = useDebounced(typed.trim(), 200);
  const found = useQuery({
    queryKey: ['conversations', 'review-picker', q],
    queryFn: ({ signal }) => api.get<Page<ConversationView>>('/conversations', q === '' ? { bucket: 'resolved', limit: 20 } : { q, limit: 20 }, signal),
  });
  const items = (found.data?.items ?? []).filter((one) => one.merged_into === null && one.last_agent_id !== null);
  return (
    <>
      <Field label={t('askFind')}>{(control) => <TextInput {...control} icon="search" value={typed} onChange={(event) => setTyped(event.target.value)} />}</Field>
      <div className={scroll.scroll}>
        <Choices label={t('askConversation')} items={items} chosen={chosen} onChoose={onChoose} />
        {found.data && items.length === 0 && <p className={scroll.nothing}>{t('askNothing')}</p>}
      </div>
    </>
  );
}
