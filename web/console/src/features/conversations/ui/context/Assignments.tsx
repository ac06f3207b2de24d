// Why the conversation went to whom, or to nobody: each decision of the router with what was asked and who was considered.
import type { AssignmentView, ConversationView } from '@qingniao/shared/api';
import { useFormat, useT } from '../../../../i18n';
import { ErrorNote, Loading } from '../../../../ui';
import { useAssignments } from '../../api/queries';
import { messages } from '../../messages';
import { reasonText } from '../../model/activity';
import { readExplanation, type Considered, type Told } from '../../model/explanation';
import { DataTree } from '../DataTree';
import { useLookups } from '../lookups';
import { explanationMessages } from './explanation-messages';
import styles from './Context.module.css';

export function Assignments({ conversation }: { conversation: ConversationView }) {
  const t = useT(messages);
  const { data, error } = useAssignments(conversation);
  if (error !== null) return <ErrorNote error={error} />;
  if (data === undefined) return <Loading />;
  if (data.length === 0) return <p className={styles.none}>{t('noAssignments')}</p>;
  return (
    <ol className={styles.assignments}>
      {[...data].reverse().map((assignment) => (
        <li key={`${assignment.at}${assignment.agent_id ?? ''}`}>
          <One assignment={assignment} />
        </li>
      ))}
    </ol>
  );
}

function One({ assignment }: { assignment: AssignmentView }) {
  const t = useT(messages);
  const { formatDateTime } = useFormat();
  const { user } = useLookups();
  const told = readExplanation(assignment.explanation);
  const name = user(assignment.agent_id)?.name ?? t('unknownAgent');
  return (
    <>
      <p className={styles.assigned}>
        <bdi>{assignment.agent_id === null ? t('assignedNobody') : t('assignedTo', { name })}</bdi>
        <time className={styles.pageTime}>{formatDateTime(assignment.at)}</time>
      </p>
      {told === null ? <DataTree value={assignment.explanation} /> : <Why told={told} given={assignment.agent_id !== null} />}
    </>
  );
}

function Why({ told, given }: { told: Told; given: boolean }) {
  const t = useT(messages);
  const e = useT(explanationMessages);
  const { formatDuration } = useFormat();
  const waited = told.waitedMs === null ? '' : formatDuration(told.waitedMs);
  return (
    <>
      <p className={styles.cardHint}>
        {reasonText(told.reason, t)}
        {waited !== '' && <> · {given ? t('waitedBefore', { time: waited }) : e('nobodyWaited', { time: waited })}</>}
      </p>
      <Asked told={told} />
      {told.counts.length > 0 && (
        <p className={styles.cardHint}>{told.counts.map((one) => e('counted', { why: e(`not_${one.whyNot}`), n: one.people })).join(' · ')}</p>
      )}
      <Candidates considered={told.considered} />
      {told.omitted > 0 && <p className={styles.none}>{t('candidateMore', { n: told.omitted })}</p>}
    </>
  );
}

/** What the policy asked for, and by which rules. */
function Asked({ told }: { told: Told }) {
  const e = useT(explanationMessages);
  const { team } = useLookups();
  const list = (items: string[]): string => items.join(e('listComma'));
  const lines = [
    told.rules.length > 0 && e('byRules', { rules: list(told.rules) }),
    told.points !== 0 && e('points', { points: told.points > 0 ? `+${told.points}` : String(told.points) }),
    told.skills.length > 0 && e('asksSkills', { skills: list(told.skills.map((one) => e('skillLevel', { skill: one.skill, level: String(one.level) }))) }),
    told.teamId !== null && e('asksTeam', { team: team(told.teamId)?.name ?? told.teamId }),
    told.policy !== null && e('policyVersion', { n: String(told.policy) }),
  ].filter((line) => line !== false);
  return lines.length === 0 ? null : <p className={styles.cardHint}>{lines.join(' · ')}</p>;
}

function Candidates({ considered }: { considered: Considered[] }) {
  const t = useT(messages);
  const e = useT(explanationMessages);
  if (considered.length === 0) return null;
  const scored = considered.some((one) => one.score !== null);
  return (
    <table className={styles.candidates}>
      <thead>
        <tr>
          <th scope="col">{t('candidate')}</th>
          <th scope="col">{t('candidateLoad')}</th>
          {scored && <th scope="col">{e('candidateScore')}</th>}
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
            {scored && <td>{one.score === null ? '' : one.score.toFixed(2)}</td>}
            <td>{one.rank !== null ? t('candidateRank', { rank: one.rank }) : one.whyNot === null ? '—' : e(`not_${one.whyNot}`)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
