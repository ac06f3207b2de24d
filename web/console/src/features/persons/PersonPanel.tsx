// Who the customer is over all channels: identities with how well each is proved, contacts of the same person with the reason and a way
// back, and contacts that may be the same person with what speaks for it.
import type { ContactView, Evidence } from '@qingniao/shared/api';
import type { ContactLinkView, Grade, PersonSuggestion } from '@qingniao/shared/person';
import { useT } from '../../i18n';
import { Badge, Button, ErrorNote, Icon, Loading, toast, type Tone } from '../../ui';
import { useLookups } from '../conversations/ui/lookups';
import { useJudge, usePerson, useUnlink } from './api';
import { Consents } from './Consents';
import { personMessages } from './messages';
import styles from './Person.module.css';

const TONES: Record<Evidence | Grade, Tone> = { anonymous: 'neutral', inferred: 'neutral', claimed: 'warning', channel: 'info', verified: 'success' };
export type Field = 'name' | 'phone' | 'email' | 'address' | 'device' | 'order';
export type Level = 'exact' | 'same_words_or_place' | 'one_edit' | 'two_edits' | 'same_sound' | 'near' | 'start' | 'some' | 'same_end' | 'same_box_name' | 'else';
type Reason = 'phone' | 'email' | 'union_id' | 'user_id' | 'device' | 'name' | 'likeness' | 'agent';

export function PersonPanel({ contactId }: { contactId: string }) {
  const t = useT(personMessages);
  const person = usePerson(contactId);
  if (person.error && !person.data) return <ErrorNote error={person.error} onRetry={() => void person.refetch()} />;
  if (!person.data) return <Loading />;
  const { contacts, links, suggestions } = person.data;
  const own = contacts.find((contact) => contact.id === contactId);
  const others = contacts.filter((contact) => contact.id !== contactId);
  const standing = links.filter((link) => link.state === 'standing');
  const past = links.filter((link) => link.state !== 'standing');
  const names = new Map([...contacts, ...suggestions.map((s) => s.contact)].map((c) => [c.id, c.name]));
  return (
    <div className={styles.person}>
      {own && <Identities contact={own} />}
      {others.length > 0 && (
        <section aria-label={t('linked')} className={styles.part}>
          <h3 className={styles.caption}>{t('linked')}</h3>
          {others.map((contact) => (
            <div key={contact.id} className={styles.contact}>
              <bdi className={styles.name}>{contact.name || t('nameless')}</bdi>
              <Identities contact={contact} />
            </div>
          ))}
          {standing.map((link) => (
            <Standing key={link.id} link={link} />
          ))}
        </section>
      )}
      {suggestions.length > 0 && (
        <section aria-label={t('maybe')} className={styles.part}>
          <h3 className={styles.caption}>{t('maybe')}</h3>
          {suggestions.map((suggestion) => (
            <Maybe key={suggestion.contact.id} contactId={contactId} suggestion={suggestion} />
          ))}
        </section>
      )}
      <Consents contactId={contactId} />
      {past.length > 0 && (
        <details className={styles.past}>
          <summary>{t('history', { count: past.length })}</summary>
          <ul>
            {past.map((link) => (
              <li key={link.id}>
                <bdi>{names.get(link.a === contactId ? link.b : link.a) || t('nameless')}</bdi>
                <Badge tone="neutral">{t(link.state === 'refused' ? 'state_refused' : 'state_undone')}</Badge>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function Identities({ contact }: { contact: ContactView }) {
  const t = useT(personMessages);
  const { inbox } = useLookups();
  return (
    <ul className={styles.identities}>
      {contact.identities.map((identity) => (
        <li key={identity.id}>
          <Icon name={identity.channel === 'web' ? 'globe' : 'code'} size={15} />
          <span className={styles.words}>
            <bdi>{inbox(identity.inbox_id)?.name ?? identity.channel}</bdi>
            <bdi className={styles.account} title={identity.external_id}>
              {identity.external_id}
            </bdi>
          </span>
          <span title={t(`evidenceHint_${identity.evidence}`)}>
            <Badge tone={TONES[identity.evidence]}>{t(`evidence_${identity.evidence}`)}</Badge>
          </span>
        </li>
      ))}
    </ul>
  );
}

function Standing({ link }: { link: ContactLinkView }) {
  const t = useT(personMessages);
  const { user } = useLookups();
  const unlink = useUnlink();
  const { probability, value: end } = link.evidence as { value?: string; probability?: number };
  const value = probability === undefined ? (end ?? '') : `${Math.floor(probability * 1000) / 10}%`;
  const name = user(link.made_by)?.name ?? t('someone');
  return (
    <div className={styles.link}>
      <span className={styles.words}>{t(`why_${link.reason as Reason}`, { value, name })}</span>
      <Badge tone={TONES[link.grade]}>{t(`grade_${link.grade}`)}</Badge>
      <Button size="sm" busy={unlink.isPending} onClick={() => unlink.mutate(link.id, { onSuccess: () => toast.success(t('unlinked')) })}>
        {t('unlink')}
      </Button>
      {unlink.error && <ErrorNote error={unlink.error} />}
    </div>
  );
}

function Maybe({ contactId, suggestion }: { contactId: string; suggestion: PersonSuggestion }) {
  const t = useT(personMessages);
  const judge = useJudge(contactId);
  const { contact, probability, weights } = suggestion;
  const say = (same: boolean) =>
    judge.mutate({ contact_id: contact.id, same }, { onSuccess: () => toast.success(t(same ? 'joined' : 'parted')) });
  return (
    <article className={styles.contact} aria-label={contact.name || t('nameless')}>
      <div className={styles.link}>
        <bdi className={styles.name}>{contact.name || t('nameless')}</bdi>
        <span className={styles.quiet}>{t('sure', { percent: Math.min(99, Math.round(probability * 100)) })}</span>
      </div>
      <ul className={styles.weights} title={t('bits')}>
        {weights.map((weight) => (
          <li key={weight.field}>
            <span>{t(`field_${weight.field as Field}`)}</span>
            <span className={styles.quiet}>{t(`level_${weight.level as Level}`)}</span>
            <span className={weight.bits >= 0 ? styles.for : styles.against}>
              {weight.bits >= 0 ? '+' : '−'}
              {Math.abs(weight.bits).toFixed(0)}
            </span>
          </li>
        ))}
      </ul>
      <div className={styles.decide}>
        <Button size="sm" variant="primary" busy={judge.isPending && judge.variables.same} disabled={judge.isPending} onClick={() => say(true)}>
          {t('same')}
        </Button>
        <Button size="sm" busy={judge.isPending && !judge.variables.same} disabled={judge.isPending} onClick={() => say(false)}>
          {t('other')}
        </Button>
      </div>
      {judge.error && <ErrorNote error={judge.error} />}
    </article>
  );
}
