import { useState } from 'react';
import type { LearningGroupView } from '@qingniao/shared/api';
import { Link, navigate } from '../../../app/router';
import { useHasRole } from '../../../app/session';
import { useFormat, useT } from '../../../i18n';
import { Badge, Button, Dialog, EmptyState, ErrorNote, Field, Loading, Select, TextInput, toast } from '../../../ui';
import { useDismiss, useIntents, useLearn, useLearningGroups, useNewIntent, useReopen } from '../api';
import { understandingMessages } from '../messages';
import styles from './LearningInbox.module.css';

const ITEMS_SHOWN = 4;

/** Customers' messages the bot served badly, those that ask alike together. */
export function LearningInbox() {
  const t = useT(understandingMessages);
  const groups = useLearningGroups();
  const [undo, setUndo] = useState<string[] | null>(null);
  const reopen = useReopen();
  return (
    <div className={styles.tab}>
      <p className={styles.intro}>{t('learningText')}</p>
      {undo && (
        <div className={styles.undo} role="status">
          <span>{t('dismissedCount', { n: undo.length })}</span>
          <Button size="sm" variant="ghost" icon="undo" busy={reopen.isPending} onClick={() => reopen.mutate(undo, { onSuccess: () => setUndo(null), onError: () => toast.error(t('failed')) })}>
            {t('undo')}
          </Button>
        </div>
      )}
      {groups.isPending && <Loading />}
      {groups.error && <ErrorNote error={groups.error} onRetry={() => void groups.refetch()} />}
      {groups.data?.length === 0 && <EmptyState icon="inbox" title={t('learningEmpty')} text={t('learningEmptyText')} />}
      <ul className={styles.groups}>
        {groups.data?.map((group) => (
          <Group key={group.items.map((item) => item.message_id).join()} group={group} onDismissed={setUndo} />
        ))}
      </ul>
    </div>
  );
}

function Group({ group, onDismissed }: { group: LearningGroupView; onDismissed: (ids: string[]) => void }) {
  const t = useT(understandingMessages);
  const { formatRelative } = useFormat();
  const mayEdit = useHasRole('supervisor');
  const [all, setAll] = useState(false);
  const shown = all ? group.items : group.items.slice(0, ITEMS_SHOWN);
  const now = Date.now();
  return (
    <li className={styles.group}>
      <ul className={styles.items}>
        {shown.map((item) => (
          <li key={item.message_id} className={styles.item}>
            <span className={styles.text} lang={item.language}>
              {item.text}
            </span>
            <span className={styles.facts}>
              <Badge tone={item.reason === 'not_helpful' ? 'warning' : 'neutral'}>{t(`reason_${item.reason}`)}</Badge>
              <Link to={`/conversations/${item.conversation_id}`}>{formatRelative(item.at, now)}</Link>
            </span>
          </li>
        ))}
      </ul>
      {group.items.length > shown.length && (
        <div>
          <Button size="sm" variant="ghost" onClick={() => setAll(true)}>
            {t('showAll', { n: group.items.length })}
          </Button>
        </div>
      )}
      {mayEdit && <Decide group={group} onDismissed={onDismissed} />}
    </li>
  );
}

function Decide({ group, onDismissed }: { group: LearningGroupView; onDismissed: (ids: string[]) => void }) {
  const t = useT(understandingMessages);
  const intents = useIntents();
  const learn = useLearn();
  const dismiss = useDismiss();
  const [naming, setNaming] = useState(false);
  const [intentId, setIntentId] = useState(group.suggestion?.intent_id ?? '');
  const ids = group.items.map((item) => item.message_id);
  const { formatPercent } = useFormat();
  const place = (id: string) => group.nearest.findIndex((near) => near.intent_id === id);
  // What is near comes first; nothing is chosen for people that the version itself would not act on.
  const ordered = [...(intents.data ?? [])].sort((a, b) => (place(a.id) < 0 ? Infinity : place(a.id)) - (place(b.id) < 0 ? Infinity : place(b.id)) || 0);
  const options = ordered.map((intent) => {
    const near = group.nearest[place(intent.id)];
    const hint = intent.id === group.suggestion?.intent_id ? t('suggested') : near && t('nearest', { percent: formatPercent(Math.round(near.probability * 100) / 100) });
    return { value: intent.id, label: intent.name, ...(hint ? { hint } : {}) };
  });
  // The group is gone from the screen before these are done.
  async function add() {
    try {
      const done = await learn.mutateAsync({ ids, intentId });
      toast.success(t('learnedCount', { n: done.added.length }));
    } catch {
      toast.error(t('failed'));
    }
  }
  async function setAside() {
    try {
      await dismiss.mutateAsync(ids);
      onDismissed(ids);
    } catch {
      toast.error(t('failed'));
    }
  }
  return (
    <div className={styles.decide}>
      <div className={styles.choice}>
        <Select size="sm" label={t('chooseIntent')} value={intentId} onChange={setIntentId} options={[{ value: '', label: t('chooseIntent') }, ...options]} />
      </div>
      <Button
        size="sm"
        variant="primary"
        icon="plus"
        disabled={!intentId}
        busy={learn.isPending}
        onClick={() => void add()}
      >
        {t('learn')}
      </Button>
      <Button size="sm" icon="tag" onClick={() => setNaming(true)}>
        {t('newIntent')}
      </Button>
      <Button size="sm" icon="book" onClick={() => navigate(articlePath(group))}>
        {t('makeFaq')}
      </Button>
      {naming && <NameIntent group={group} onClose={() => setNaming(false)} />}
      <Button size="sm" variant="ghost" busy={dismiss.isPending} onClick={() => void setAside()}>
        {t('dismiss')}
      </Button>
    </div>
  );
}

const QUESTIONS_MAX = 10;
const NAME_MAX = 60;
/** An address holds no more; a group is rarely that large, and the rest of one stays in the inbox. */
const SETTLED_MAX = 200;

/** The editor of a new article, with the questions filled in; what it answers is settled when it is saved. */
function articlePath(group: LearningGroupView): string {
  const language = group.items[0]?.language ?? 'zh-CN';
  const texts = [...new Set(group.items.filter((item) => item.language === language).map((item) => item.text))].slice(0, QUESTIONS_MAX);
  const answers = group.items.slice(0, SETTLED_MAX).map((item) => item.message_id);
  const query = new URLSearchParams([['language', language], ...texts.map((text): [string, string] => ['question', text]), ['answers', answers.join(',')]]);
  return `/knowledge/new?${query.toString()}`;
}

function NameIntent({ group, onClose }: { group: LearningGroupView; onClose: () => void }) {
  const t = useT(understandingMessages);
  const make = useNewIntent();
  const [name, setName] = useState(group.items[0]?.text.slice(0, NAME_MAX) ?? '');
  const ids = group.items.map((item) => item.message_id);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('newIntent')}
      onSubmit={() =>
        name.trim() &&
        make.mutate(
          { name: name.trim(), ids },
          {
            onSuccess: ({ intent, added }) => {
              toast.success(t('newIntentMade', { name: intent.name, n: added.added.length }));
              navigate(`/understanding/${intent.id}`);
            },
          },
        )
      }
      footer={
        <Button type="submit" variant="primary" busy={make.isPending} disabled={!name.trim()}>
          {t('createIntent')}
        </Button>
      }
    >
      <Field label={t('intentNameLabel')} hint={t('intentNameHint')}>
        {(control) => <TextInput {...control} maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      {make.error && <ErrorNote error={make.error} />}
    </Dialog>
  );
}
