import { useState } from 'react';
import type { FindingKind, TrainingFinding } from '@qingniao/shared/api';
import { Link } from '../../../app/router';
import { useFormat, useT } from '../../../i18n';
import { Badge, Button, Section, toast, type Tone } from '../../../ui';
import { useDeleteExamples } from '../api';
import { understandingMessages } from '../messages';
import styles from './Findings.module.css';

const TONE: Record<FindingKind, Tone> = { conflict: 'danger', duplicate: 'warning', empty: 'warning', tiny: 'warning', overlap: 'info', unbalanced: 'info' };
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
  const remove = useDeleteExamples();
  // The first of the same words stays.
  const surplus = finding.kind === 'duplicate' ? finding.example_ids.slice(1) : finding.kind === 'empty' ? finding.example_ids : [];
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
      {mayEdit && surplus.length > 0 && (
        <Button
          size="sm"
          busy={remove.isPending}
          onClick={() =>
            remove.mutate(surplus, {
              onSuccess: (done) => {
                toast.success(t('deletedCount', { n: done.count }));
                onMended();
              },
              onError: () => toast.error(t('failed')),
            })
          }
        >
          {t('deleteSurplus')}
        </Button>
      )}
    </li>
  );
}
