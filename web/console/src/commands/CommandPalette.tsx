// Mod+K: every command that is possible now, by name or pinyin, and what the search finds.
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { Dialog as Base } from '@base-ui/react/dialog';
import type { SearchHit } from '@qingniao/shared/api';
import { navigate } from '../app/router';
import { formatDateTime, useLanguage, useT } from '../i18n';
import { search } from '../features/conversations/model/fuzzy';
import { plainOfMarkdown } from '../features/conversations/model/linkify';
import { searchKeys } from '../features/conversations/model/pinyin';
import { usePinyin } from '../features/conversations/api/use-pinyin';
import { Icon, type IconName } from '../ui';
import { useCommandRunner } from './CommandsProvider';
import { Keys } from './Keys';
import { commandMessages } from './messages';
import { COMMANDS, labelOf, type Command, type CommandId } from './registry';
import { useSearchHits } from './use-search-hits';
import styles from './CommandPalette.module.css';

interface Row {
  id: string;
  group: string;
  icon: IconName;
  title: string;
  detail: string;
  keys: string | null;
  run(): void;
}

const COMMANDS_MAX = 8;

export function CommandPalette({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup className={styles.popup}>{open && <Palette onClose={onClose} />}</Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function Palette({ onClose }: { onClose: () => void }) {
  const t = useT(commandMessages);
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const rows = useRows(query);
  const list = useRef<HTMLDivElement>(null);
  const at = Math.min(chosen, rows.length - 1);

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at, rows]);

  const run = (row: Row | undefined): void => {
    if (row === undefined) return;
    onClose();
    // After the dialog has given the focus back, so that the command may move it.
    setTimeout(() => row.run(), 0);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && rows.length > 0) {
      event.preventDefault();
      setChosen((at + step + rows.length) % rows.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(rows[at]);
    }
  };

  return (
    <>
      <Base.Title className="visually-hidden">{t('palette')}</Base.Title>
      <div className={styles.bar}>
        <Icon name="search" size={18} />
        <input
          className={styles.input}
          autoFocus
          value={query}
          placeholder={t('placeholder')}
          aria-label={t('palette')}
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={rows[at] ? `palette-${rows[at].id}` : undefined}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setQuery(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className={styles.list} id="palette-list" role="listbox" aria-label={t('palette')} ref={list}>
        {rows.map((row, index) => (
          <div key={row.id} role="presentation">
            {row.group !== rows[index - 1]?.group && (
              <div className={styles.group} role="presentation">
                {row.group}
              </div>
            )}
            <div
              id={`palette-${row.id}`}
              role="option"
              aria-selected={index === at}
              className={styles.row}
              onPointerMove={() => setChosen(index)}
              onClick={() => run(row)}
            >
              <Icon name={row.icon} size={17} />
              <span className={styles.title} dir="auto">
                {row.title}
              </span>
              {row.detail && (
                <span className={styles.detail} dir="auto">
                  {row.detail}
                </span>
              )}
              {row.keys && <Keys keys={row.keys} />}
            </div>
          </div>
        ))}
        {rows.length === 0 && <p className={styles.nothing}>{t('nothing')}</p>}
      </div>
      <footer className={styles.footer} aria-hidden="true">
        {t('hint')}
      </footer>
      <span className="visually-hidden" role="status">
        {t('results', { n: rows.length })}
      </span>
    </>
  );
}

const GROUP_ICONS: Record<Command['group'], IconName> = {
  conversation: 'chat',
  write: 'edit',
  go: 'arrowRight',
  me: 'person',
  view: 'command',
};

function useRows(query: string): Row[] {
  const t = useT(commandMessages);
  const language = useLanguage();
  const speak = usePinyin();
  const commands = useCommandRunner();
  const hits = useSearchHits(query);

  const possible = useMemo(
    () => (COMMANDS as readonly (Command & { id: CommandId })[]).filter((command) => command.id !== 'view.palette' && commands.canRun(command.id)),
    [commands],
  );
  return useMemo(() => {
    const indexed = possible.map((command) => ({
      value: command,
      keys: [labelOf(command, language), ...searchKeys(speak, command.zh), command.en],
    }));
    const limit = query.trim() === '' ? possible.length : COMMANDS_MAX;
    const own = search(indexed, query, limit).map(
      (command): Row => ({
        id: command.id,
        group: t(query.trim() === '' ? command.group : 'commands'),
        icon: GROUP_ICONS[command.group],
        title: labelOf(command, language),
        detail: '',
        keys: command.keys?.[0] ?? null,
        run: () => commands.run(command.id),
      }),
    );
    return [...own, ...hits.map((hit) => hitRow(hit, t))];
  }, [possible, commands, hits, language, query, speak, t]);
}

const HITS = {
  conversation: { icon: 'chat', group: 'hitConversation' },
  message: { icon: 'chat', group: 'hitMessage' },
  contact: { icon: 'person', group: 'hitContact' },
  article: { icon: 'book', group: 'hitArticle' },
} as const;

/** Who it was and when: five conversations may have the same last words. */
function talkOf(hit: SearchHit, visitor: string): Pick<Row, 'title' | 'detail'> {
  const id = hit.conversation_id ?? hit.id;
  const name = hit.title || `${visitor} ${id.slice(-4).toUpperCase()}`;
  return { title: name, detail: [plainOfMarkdown(hit.snippet, 160), formatDateTime(hit.at)].filter(Boolean).join(' · ') };
}

function hitRow(hit: SearchHit, t: (key: (typeof HITS)[keyof typeof HITS]['group'] | 'hitVisitor') => string): Row {
  const { icon, group } = HITS[hit.kind];
  const targets: Record<SearchHit['kind'], string> = {
    conversation: `/conversations/${hit.conversation_id ?? hit.id}`,
    message: `/conversations/${hit.conversation_id ?? ''}?message=${encodeURIComponent(hit.id)}`,
    contact: `/contacts/${hit.id}`,
    article: `/knowledge/${hit.id}`,
  };
  return {
    id: `${hit.kind}-${hit.id}`,
    group: t(group),
    icon,
    ...(hit.kind === 'conversation' || hit.kind === 'message'
      ? talkOf(hit, t('hitVisitor'))
      : { title: hit.title || hit.snippet, detail: hit.title ? hit.snippet : '' }),
    keys: null,
    run: () => navigate(targets[hit.kind]),
  };
}
