// A text that names something of this tenant: typed freely, with what there is on offer.
import { useId } from 'react';
import type { InboxView, TeamView, UserView } from '@qingniao/shared/api';
import type { TicketKindView } from '@qingniao/shared/ticket';
import { useQuery } from '@tanstack/react-query';
import { api, listAll, path, useAll } from '../../../../api';
import { useLanguage, useT } from '../../../../i18n';
import { TextInput, type ControlProps } from '../../../../ui';
import { useEvents, useFlows } from '../../api/queries';
import { editorMessages } from '../../messages/editor';
import { useDocument, useSelection } from '../editor/context';
import styles from './Panel.module.css';

export interface ChooserProps {
  control: Partial<ControlProps>;
  of: 'approver' | 'team' | 'flow' | 'time_zone' | 'connector' | 'operation' | 'secret' | 'ticket_kind' | 'event' | 'calendar' | 'receiver' | 'mailbox';
  value: string;
  onChange: (value: string) => void;
  disabled?: boolean;
}

interface Offer {
  value: string;
  label: string;
}

const ZONES = ['Asia/Shanghai', 'Asia/Hong_Kong', 'Asia/Taipei', 'Asia/Singapore', 'Asia/Tokyo', 'Europe/London', 'America/New_York', 'UTC'];

export function Chooser({ control, of, value, onChange, disabled = false }: ChooserProps) {
  const list = useId();
  const offers = useOffers(of);
  const chosen = offers.find((offer) => offer.value === value);
  return (
    <>
      <TextInput {...control} disabled={disabled} list={list} autoComplete="off" value={value} title={chosen?.label} onChange={(event) => onChange(event.target.value)} />
      <datalist id={list}>
        {offers.map((offer) => (
          <option key={offer.value} value={offer.value}>
            {offer.label}
          </option>
        ))}
      </datalist>
      {chosen && chosen.label !== '' && chosen.label !== value && <p className={styles.chosen}>{chosen.label}</p>}
    </>
  );
}

interface NamedThing {
  name: string;
  title?: string | { zh: string; en: string };
}

/** What other systems this house can reach; the operations are those of the connector the chosen step names. */
function useSystems(of: ChooserProps['of']): Offer[] {
  const language = useLanguage();
  const document = useDocument();
  const chosen = useSelection();
  const connector = document.nodes.find((node) => node.id === chosen[0])?.settings?.connector;
  const name = typeof connector === 'string' ? connector : '';
  const url = of === 'connector' ? '/connectors' : of === 'secret' ? '/secrets' : of === 'operation' && name ? path('/connectors/{}/operations', name) : null;
  const things = useQuery({ queryKey: ['connectors', url], queryFn: () => listAll<NamedThing>(url ?? ''), enabled: url !== null, retry: false });
  const words = (title: NamedThing['title']) => (typeof title === 'object' ? (language === 'en' ? title.en : title.zh) : (title ?? ''));
  return (things.data ?? []).map((one) => ({ value: one.name, label: words(one.title) }));
}

function useOffers(of: ChooserProps['of']): Offer[] {
  const t = useT(editorMessages);
  const teams = useAll<TeamView>('teams');
  const users = useAll<UserView>('users');
  const flows = useFlows();
  const systems = useSystems(of);
  const events = useEvents();
  const inboxes = useAll<InboxView>('inboxes');
  const kinds = useQuery({ queryKey: ['ticket-kinds', 'offers'], queryFn: () => listAll<TicketKindView>('/ticket-kinds'), enabled: of === 'ticket_kind' });
  const routing = useQuery({
    queryKey: ['routing', 'offers'],
    queryFn: ({ signal }) => api.get<{ live: { policy: { calendars?: Record<string, { name: string }> } } }>('/routing', undefined, signal),
    enabled: of === 'calendar',
  });
  const english = useLanguage() === 'en';
  const ofTeams = (teams.data ?? []).map((team) => ({ value: team.id, label: team.name }));
  switch (of) {
    case 'time_zone':
      return ZONES.map((zone) => ({ value: zone, label: zone }));
    case 'team':
      return ofTeams;
    case 'connector':
    case 'operation':
    case 'secret':
      return systems;
    case 'ticket_kind':
      return (kinds.data ?? []).map((kind) => ({ value: kind.id, label: english ? kind.name_en : kind.name_zh }));
    case 'event':
      return (events.data ?? []).map((event) => ({ value: event.name, label: english ? event.en : event.zh }));
    case 'mailbox':
      return (inboxes.data ?? []).filter((inbox) => inbox.channel === 'email').map((inbox) => ({ value: inbox.id, label: inbox.name }));
    case 'calendar':
      return Object.entries(routing.data?.live.policy.calendars ?? {}).map(([value, { name }]) => ({ value, label: name }));
    case 'flow':
      return (flows.data ?? []).flatMap((flow) => (flow.live ? [{ value: flow.live.hash, label: `${flow.name} · ${flow.live.number}` }] : []));
    default:
      return [
        { value: 'supervisor', label: t('anySupervisor') },
        { value: 'admin', label: t('anyAdmin') },
        ...ofTeams,
        ...(users.data ?? []).filter((user) => !user.disabled && !user.service).map((user) => ({ value: user.id, label: user.name })),
      ];
  }
}
