// Why the conversation went to whom: each decision of the router with everybody who was considered.
import type { AssignmentView, ConversationView } from '@qingniao/shared/api';
import { useFormat, useT } from '../../../../i18n';
import { ErrorNote, Loading } from '../../../../ui';
import { useAssignments } from '../../api/queries';
import { messages } from '../../messages';
import { reasonText } from '../../model/activity';
import { readExplanation, type Considered } from '../../model/explanation';
import { DataTree } from '../DataTree';
import { useLookups } from '../lookups';
import styles from './Context.module.css';

export function Assignments({ conversation }: { conversation: ConversationView }) {
  const t = useT(messages);
  const { data, error } = useAssignments(conversation.id, conversation.version);
  if (error !== null) return <ErrorNote error={error} />;
  if (data === undefined) return <Loading />;
  if (data.length === 0) return <p className={styles.none}>{t('noAssignments')}</p>;
  return (
    <ol className={styles.assignments}>
      {[...data].reverse().map((assignment) => (
        <li key={assignment.at}>
          <One assignment={assignment} />
        </li>
      ))}
    </ol>
  );
}

function One({ assignment }: { assignment: AssignmentView }) {
  const t = useT(messages);
  const { formatDateTime, formatDuration } = useFormat();
  const { user } = useLookups();
  const told = readExplanation(assignment.explanation);
  const name = user(assignment.agent_id)?.name ?? t('unknownAgent');
  return (
    <>
      <p className={styles.assigned}>
        <bdi>{assignment.agent_id === null ? t('assignedNobody') : t('assignedTo', { name })}</bdi>
        <time className={styles.pageTime}>{formatDateTime(assignment.at)}</time>
      </p>
      {told === null ? (
        <DataTree value={assignment.explanation} />
      ) : (
        <>
          <p className={styles.cardHint}>
            {reasonText(told.reason, t)}
            {told.waitedMs !== null && <> · {t('waitedBefore', { time: formatDuration(told.waitedMs) })}</>}
          </p>
          <Candidates considered={told.considered} />
          {told.omitted > 0 && <p className={styles.none}>{t('candidateMore', { n: told.omitted })}</p>}
        </>
      )}
    </>
  );
}

function Candidates({ considered }: { considered: Considered[] }) {
  const t = useT(messages);
  if (considered.length === 0) return null;
  return (
    <table className={styles.candidates}>
      <thead>
        <tr>
          <th scope="col">{t('candidate')}</th>
          <th scope="col">{t('candidateLoad')}</th>
          <th scope="col">{t('candidateResult')}</th>
        </tr>
      </thead>
      <tbody>
        {considered.map((one) => (
          <tr key={one.userId} className={one.rank === 1 ? styles.winner : undefined}>
            <td>
              <bdi>{one.name}</bdi>
            </td>
            <td>
              {one.load}/{one.capacity}
            </td>
            <td>{one.rank !== null ? t('candidateRank', { rank: one.rank }) : one.whyNot === null ? '—' : t(`not_${one.whyNot}`)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
