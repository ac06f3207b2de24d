// One review: the conversation as it was at the left, the form at the right (below it on a phone).
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { ConversationView, Page as Items } from '@qingniao/shared/api';
import type { Answers, ReviewDetail, ReviewView } from '@qingniao/shared/quality';
import { api, path } from '../../api';
import { Link, navigate, useLeaveGuard } from '../../app/router';
import { useHasRole, useSession } from '../../app/session';
import { usePageTitle } from '../../app/title';
import { useFormat, useT } from '../../i18n';
import { Button, ErrorNote, Field, Loading, Page, Section, TextArea, toast } from '../../ui';
import { PlainThread } from '../conversations/ui/thread/PlainThread';
import { type Deed, useDeed, useReview } from './api';
import { FormFields } from './FormFields';
import { qualityMessages } from './messages';
import { answered } from './model';
import { ReviewState, Score, useNameOf } from './ReviewTable';
import { SkipDialog } from './SkipDialog';
import styles from './Quality.module.css';

export default function ReviewPage({ params }: { params: Record<string, string> }) {
  const t = useT(qualityMessages);
  usePageTitle(t('review'));
  const detail = useReview(params.id ?? '');
  const nameOf = useNameOf();
  const review = detail.data?.review;
  return (
    <Page
      width="full"
      back={{ to: '/quality', label: t('backToQuality') }}
      title={review ? t('of', { name: nameOf(review.agent_id) }) : t('review')}
      description={review && <Facts review={review} />}
      actions={review && <Link to={`/conversations/${review.conversation_id}`}>{t('openThread')}</Link>}
    >
      {detail.isPending && <Loading />}
      {detail.error && <ErrorNote error={detail.error} onRetry={() => void detail.refetch()} />}
      {detail.data && (
        <div className={styles.sides}>
          <Talk id={detail.data.review.conversation_id} />
          <Side key={`${detail.data.review.id}.${detail.data.review.version}`} detail={detail.data} />
        </div>
      )}
    </Page>
  );
}

function Facts({ review }: { review: ReviewView }) {
  const t = useT(qualityMessages);
  const nameOf = useNameOf();
  return (
    <span className={styles.facts}>
      <ReviewState review={review} />
      {review.score_x100 !== null && <Score review={review} />}
      {review.first_score_x100 !== null && review.first_score_x100 !== review.score_x100 && (
        <span>{t('firstScore', { score: (review.first_score_x100 / 100).toFixed(2) })}</span>
      )}
      {review.asked_by !== null && <span>{t(review.asked_why === '' ? 'askedBy' : 'askedByWhy', { name: nameOf(review.asked_by), why: review.asked_why })}</span>}
    </span>
  );
}

function Talk({ id }: { id: string }) {
  const t = useT(qualityMessages);
  const conversation = useQuery({
    queryKey: ['conversations', 'one', id],
    queryFn: ({ signal }) => api.get<ConversationView>(path('/conversations/{}', id), undefined, signal),
  });
  return <PlainThread id={id} customer={conversation.data?.contact.name || t('customer')} bot={t('bot')} className={styles.talk} />;
}

function Side({ detail }: { detail: ReviewDetail }) {
  const { review } = detail;
  const { user } = useSession();
  const supervises = useHasRole('supervisor');
  const isAdmin = useHasRole('admin');
  const own = review.agent_id === user.id;
  if (review.state === 'open' && supervises && !own) return <Scoring detail={detail} />;
  if (review.state === 'skipped') return <Skipped detail={detail} />;
  if (review.state === 'appealed' && !own && (isAdmin || review.reviewer_id === user.id)) return <Settling detail={detail} />;
  return (
    <div className={styles.side}>
      <Outcome detail={detail} />
      {own && review.state === 'submitted' && <Appealing detail={detail} />}
    </div>
  );
}

/** The form as it was submitted, and what was said about it. */
function Outcome({ detail: { form, review } }: { detail: ReviewDetail }) {
  return (
    <>
      <FormFields form={form} answers={review.answers} error={null} />
      <Said review={review} />
    </>
  );
}

function Said({ review }: { review: ReviewView }) {
  const t = useT(qualityMessages);
  const said: [string, string | null][] = [
    [t('note'), review.note || null],
    [t('agentSays'), review.appeal],
    [t('reviewerSays'), review.settlement],
  ];
  return said.map(
    ([title, text]) =>
      text !== null && (
        <Section key={title} title={title}>
          <p className={styles.said}>{text}</p>
        </Section>
      ),
  );
}

function Scoring({ detail }: { detail: ReviewDetail }) {
  const t = useT(qualityMessages);
  const { review, form } = detail;
  const [answers, setAnswers] = useState<Answers>(review.answers);
  const [note, setNote] = useState(review.note);
  const [skipping, setSkipping] = useState(false);
  const deed = useDeed(detail);
  const dirty = JSON.stringify([answers, note]) !== JSON.stringify([review.answers, review.note]);
  useLeaveGuard(dirty && !deed.isPending && !skipping, t('leave'));
  const send = (submit: boolean) => {
    const body: Deed = { kind: 'score', form_version: detail.form_version, answers, note, submit };
    deed.mutate(body, {
      onSuccess: async (kept) => {
        if (!submit) return void toast.success(t('draftSaved'));
        toast.success(t('submittedToast', { score: ((kept.review.score_x100 ?? 0) / 100).toFixed(2) }));
        await goOn();
      },
    });
  };
  return (
    <form
      className={styles.side}
      onSubmit={(event) => {
        event.preventDefault();
        send(true);
      }}
    >
      <FormFields form={form} answers={answers} onChange={setAnswers} error={deed.error} />
      <Field label={t('note')} hint={t('noteHint')} optional>
        {(control) => <TextArea {...control} rows={3} maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
      {deed.error && <ErrorNote error={deed.error} />}
      <div className={styles.bar}>
        <span className={styles.quiet}>
          {t('answered', answered(form, answers))} · {t('submitHint')}
        </span>
        <Button variant="ghost" onClick={() => setSkipping(true)}>
          {t('skip')}
        </Button>
        <Button busy={deed.isPending} disabled={!dirty} onClick={() => send(false)}>
          {t('saveDraft')}
        </Button>
        <Button type="submit" variant="primary" busy={deed.isPending}>
          {t('submit')}
        </Button>
      </div>
      {skipping && <SkipDialog detail={detail} onClose={() => setSkipping(false)} onDone={() => void goOn()} />}
    </form>
  );
}

/** To the next that waits for this person. */
async function goOn(): Promise<void> {
  const next = await api.get<Items<ReviewView>>('/reviews', { state: 'open', reviewer: 'me', limit: 1 });
  navigate(next.items[0] ? `/quality/${next.items[0].id}` : '/quality');
}

/** Why it was passed over, and the way back. */
function Skipped({ detail }: { detail: ReviewDetail }) {
  const t = useT(qualityMessages);
  const { formatDateTime } = useFormat();
  const nameOf = useNameOf();
  const deed = useDeed(detail);
  const { reviewer_id, skip_reason, skipped_at } = detail.review;
  return (
    <Section title={t('skippedTitle')} description={t('skippedBy', { name: nameOf(reviewer_id), time: formatDateTime(skipped_at ?? 0) })}>
      <div className={styles.words}>
        <p className={styles.said}>{skip_reason}</p>
        {deed.error && <ErrorNote error={deed.error} />}
        <Button busy={deed.isPending} onClick={() => deed.mutate({ kind: 'take-up' })}>
          {t('takeUp')}
        </Button>
      </div>
    </Section>
  );
}

function Appealing({ detail }: { detail: ReviewDetail }) {
  const t = useT(qualityMessages);
  const [text, setText] = useState('');
  const deed = useDeed(detail);
  return (
    <Section title={t('appeal')} description={t('appealText')}>
      <form
        className={styles.words}
        onSubmit={(event) => {
          event.preventDefault();
          deed.mutate({ kind: 'appeal', text }, { onSuccess: () => void toast.success(t('appealSent')) });
        }}
      >
        <TextArea aria-label={t('appeal')} rows={4} maxLength={2000} value={text} onChange={(event) => setText(event.target.value)} />
        {deed.error && <ErrorNote error={deed.error} />}
        <Button type="submit" busy={deed.isPending} disabled={text.trim() === ''}>
          {t('sendAppeal')}
        </Button>
      </form>
    </Section>
  );
}

function Settling({ detail }: { detail: ReviewDetail }) {
  const t = useT(qualityMessages);
  const { review, form } = detail;
  const [answers, setAnswers] = useState<Answers>(review.answers);
  const [text, setText] = useState('');
  const deed = useDeed(detail);
  useLeaveGuard(text !== '' && !deed.isPending, t('leave'));
  return (
    <form
      className={styles.side}
      onSubmit={(event) => {
        event.preventDefault();
        deed.mutate({ kind: 'settle', text, answers }, { onSuccess: () => void toast.success(t('settledToast')) });
      }}
    >
      <FormFields form={form} answers={answers} onChange={setAnswers} error={deed.error} />
      <Said review={review} />
      <Section title={t('settle')} description={t('settleText')}>
        <div className={styles.words}>
          <Field label={t('settleWord')}>
            {(control) => <TextArea {...control} rows={4} maxLength={2000} value={text} onChange={(event) => setText(event.target.value)} />}
          </Field>
          {deed.error && <ErrorNote error={deed.error} />}
          <Button type="submit" variant="primary" busy={deed.isPending} disabled={text.trim() === ''}>
            {t('sendSettle')}
          </Button>
        </div>
      </Section>
    </form>
  );
}
