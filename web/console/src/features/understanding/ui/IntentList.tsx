import { useState } from 'react';
import type { IntentReply } from '@qingniao/shared/api';
import { Link, navigate } from '../../../app/router';
import { useHasRole } from '../../../app/session';
import { useFormat, useT } from '../../../i18n';
import { Badge, Button, EmptyState, ErrorNote, Loading, Select, Table, TextInput, Toolbar, type Tone } from '../../../ui';
import { useIntents, useModels } from '../api';
import { understandingMessages } from '../messages';
import { topicsOf } from '../model/topics';
import { pasteMessages } from '../paste-messages';
import { PasteDialog } from './PasteDialog';
import styles from './IntentList.module.css';

/** Fewer examples than this in a language are worth a hint. */
const EXAMPLES_FEW = 5;

export function IntentList() {
  const t = useT(understandingMessages);
  const paste = useT(pasteMessages);
  const { formatNumber } = useFormat();
  const [pasting, setPasting] = useState(false);
  const mayEdit = useHasRole('supervisor');
  const intents = useIntents();
  const [typed, setTyped] = useState('');
  const [topic, setTopic] = useState('');
  const topics = topicsOf(intents.data ?? []);
  const models = useModels();
  const live = models.data?.find((model) => model.state === 'live');
  const known = new Set(live?.report.intents.map((one) => one.intent_id));
  const wanted = typed.trim().toLowerCase();
  const rows = (intents.data ?? []).filter((intent) => (topic === '' || intent.topic === topic) && `${intent.name} ${intent.description} ${intent.topic}`.toLowerCase().includes(wanted));
  const newButton = mayEdit && (
    <Button variant="primary" icon="plus" onClick={() => navigate('/understanding/new')}>
      {t('new')}
    </Button>
  );
  return (
    <div className={styles.tab}>
      <Toolbar>
        <div className={styles.search}>
          <TextInput icon="search" type="search" aria-label={t('search')} placeholder={t('search')} value={typed} onChange={(event) => setTyped(event.target.value)} />
        </div>
        {topics.length > 0 && (
          <Select label={t('topic')} value={topic} onChange={setTopic} options={[{ value: '', label: t('anyTopic') }, ...topics.map((name) => ({ value: name, label: name }))]} />
        )}
        <span className={styles.space} />
        {mayEdit && (
          <Button icon="list" onClick={() => setPasting(true)}>
            {paste('open')}
          </Button>
        )}
        {newButton}
      </Toolbar>
      {intents.isPending && <Loading />}
      {intents.error && <ErrorNote error={intents.error} onRetry={() => void intents.refetch()} />}
      {intents.data?.length === 0 && <EmptyState icon="bot" title={t('empty')} text={t('emptyText')} action={newButton} />}
      {intents.data && intents.data.length > 0 && rows.length === 0 && <EmptyState icon="search" title={t('noMatch')} />}
      {rows.length > 0 && (
        <Table
          label={t('tab_intents')}
          rows={rows}
          rowKey={(intent) => intent.id}
          onRowClick={(intent) => navigate(`/understanding/${intent.id}`)}
          columns={[
            {
              key: 'name',
              title: t('name'),
              grow: true,
              render: (intent) => (
                <span className={styles.intent}>
                  <Link to={`/understanding/${intent.id}`} className={styles.name}>
                    {intent.name}
                  </Link>
                  {intent.description && <span className={styles.quiet}>{intent.description}</span>}
                  {intent.topic && <span className={styles.quiet}>{intent.only_in_topic ? t('onlyInNamed', { topic: intent.topic }) : t('inNamed', { topic: intent.topic })}</span>}
                </span>
              ),
            },
            {
              key: 'examples',
              title: t('examples'),
              render: (intent) => (
                <span className={styles.counts}>
                  <span className={intent.examples_zh < EXAMPLES_FEW ? styles.few : undefined}>{t('countZh', { n: formatNumber(intent.examples_zh) })}</span>
                  <span className={intent.examples_en < EXAMPLES_FEW ? styles.few : undefined}>{t('countEn', { n: formatNumber(intent.examples_en) })}</span>
                </span>
              ),
            },
            { key: 'reply', title: t('reply'), wideOnly: true, render: (intent) => <ReplyBadge reply={intent.reply} /> },
            {
              key: 'state',
              title: t('state'),
              wideOnly: true,
              render: (intent) => (known.has(intent.id) ? <Badge tone="success">{t('stateLive')}</Badge> : <Badge>{t('stateNotLive')}</Badge>),
            },
          ]}
        />
      )}
      {pasting && <PasteDialog onClose={() => setPasting(false)} />}
    </div>
  );
}

const REPLY_TONE: Record<IntentReply['kind'], Tone> = { none: 'neutral', article: 'info', text: 'accent', handoff: 'violet' };

function ReplyBadge({ reply }: { reply: IntentReply }) {
  const t = useT(understandingMessages);
  return <Badge tone={REPLY_TONE[reply.kind]}>{t(`reply_${reply.kind}`)}</Badge>;
}
