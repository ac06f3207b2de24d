import { useState } from 'react';
import type { FindingKind, TrainingFinding } from '@qingniao/shared/api';
import { Link, navigate } from '../../../app/router';
import { useFormat, useT } from '../../../i18n';
import { Badge, Button, ConfirmDialog, Section, toast, type Tone } from '../../../ui';
import { useDeleteExamples, useLearningGroups, useMergeIntents } from '../api';
import { understandingMessages } from '../messages';
import { alike } from '../model/alike';
import { mendsOf, type Mend } from '../model/mends';
import styles from './Findings.module.css';

const TONE: Record<FindingKind, Tone> = { conflict: 'danger', duplicate: 'warning', empty: 'warning', tiny: 'warning', overlap: 'info', unbalanced: 'info', leak: 'danger' };
const SHOWN = 8;
const TEXTS_SHOWN = 3;

/** What is wrong with the examples a version was trained on; the trivial ones are mended here. */
export function Findings({ findings, mayEdit }: { findings: readonly TrainingFinding[]; mayEdit: boolean }) {
  const t = useT(understandingMessages);
  const [mended, setMended] = useState<ReadonlySet<TrainingFinding>>(new Set());
  const [all, setAll] = useState(false);
  const open = findings.filter((finding) => !mended.has(finding));
  const shown = all ? open : open.slice(0, SHOWN);
  return (
    <Section title={t('findings')} description={t('findingsText')}>
      {open.length === 0 && <p className={styles.quiet}>{t(mended.size > 0 ? 'allMended' : 'noFindings')}</p>}
      {shown.length > 0 && (
        <ul className={styles.rows}>
          {shown.map((finding, index) => (
            <FindingRow key={`${finding.kind} ${index}`} finding={finding} mayEdit={mayEdit} onMended={() => setMended(new Set([...mended, finding]))} />
          ))}
        </ul>
      )}
      {open.length > shown.length && (
        <div>
          <Button size="sm" variant="ghost" onClick={() => setAll(true)}>
            {t('showAll', { n: open.length })}
          </Button>
        </div>
      )}
    </Section>
  );
}

function FindingRow({ finding, mayEdit, onMended }: { finding: TrainingFinding; mayEdit: boolean; onMended: () => void }) {
  const t = useT(understandingMessages);
  const { formatList } = useFormat();
  return (
    <li className={styles.row}>
      <Badge tone={TONE[finding.kind]}>{t(`finding_${finding.kind}`)}</Badge>
      <div className={styles.words}>
        <p>{t(`findingText_${finding.kind}`, { names: formatList(finding.intent_names) })}</p>
        {finding.texts.length > 0 && <p className={styles.quiet}>{finding.texts.slice(0, TEXTS_SHOWN).join(' / ')}</p>}
        <p className={styles.links}>
          {finding.intent_ids.map((id, index) => (
            <Link key={id} to={`/understanding/${id}`}>
              {finding.intent_names[index]}
            </Link>
          ))}
        </p>
      </div>
      {mayEdit && <Fixes finding={finding} onMended={onMended} />}
    </li>
  );
}

/** The mending of a finding in one press, where one press can do it; else the way to where it is done. */
function Fixes({ finding, onMended }: { finding: TrainingFinding; onMended: () => void }) {
  const t = useT(understandingMessages);
  const remove = useDeleteExamples();
  const merge = useMergeIntents();
  const groups = useLearningGroups();
  const [into, setInto] = useState<number | null>(null);
  const { kind, intent_ids: intents, intent_names: names } = finding;
  const label = (mend: Mend) => (mend.kind === 'keep_in' ? t('keepIn', { name: mend.name }) : t(mend.kind === 'keep_test' ? 'keepTest' : 'deleteSurplus'));
  const lacks = kind === 'tiny' || kind === 'unbalanced';
  const take = (mend: Mend) =>
    remove.mutate(mend.ids, {
      onSuccess: (done) => {
        toast.success(t('deletedCount', { n: done.count }));
        onMended();
      },
      onError: () => toast.error(t('failed')),
    });
  return (
    <div className={styles.fixes}>
      {mendsOf(finding).map((mend) => (
        <Button key={label(mend)} size="sm" busy={remove.isPending} onClick={() => take(mend)}>
          {label(mend)}
        </Button>
      ))}
      {lacks &&
        intents.map((id) => {
          const waiting = alike(groups.data ?? [], id).length;
          return (
            <Button key={id} size="sm" icon="plus" onClick={() => navigate(`/understanding/${id}?add=1`)}>
              {waiting > 0 ? t('addAlike', { n: waiting }) : t('addSome')}
            </Button>
          );
        })}
      {kind === 'overlap' &&
        names.map((name, index) => (
          <Button key={name} size="sm" onClick={() => setInto(index)}>
            {t('mergeInto', { name })}
          </Button>
        ))}
      {into !== null && (
        <ConfirmDialog
          open
          onClose={() => setInto(null)}
          title={t('mergeTitle', { from: names[1 - into] ?? '', into: names[into] ?? '' })}
          text={t('mergeText', { from: names[1 - into] ?? '' })}
          action={t('mergeInto', { name: names[into] ?? '' })}
          onConfirm={async () => {
            await merge.mutateAsync({ from: intents[1 - into] ?? '', into: intents[into] ?? '' });
            toast.success(t('merged'));
            onMended();
          }}
        />
      )}
    </div>
  );
}
