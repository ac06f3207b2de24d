// Below the text: what can be put into it, and the way to send, with the key for it.
import type { RefObject } from 'react';
import { setPreference, usePreferences, type Preferences } from '../../../../app/preferences';
import { keysText } from '../../../../commands';
import { useT } from '../../../../i18n';
import { Button, Icon, IconButton, Menu, MenuChoice } from '../../../../ui';
import { messages } from '../../messages';
import type { Mode } from '../../model/drafts';
import styles from './Composer.module.css';

export interface ComposerBarProps {
  mode: Mode;
  ready: boolean;
  /** Characters too many. */
  over: number;
  uploading: boolean;
  /** Another agent is writing here. */
  rival: string | null;
  picker: RefObject<HTMLInputElement | null>;
  onFiles(files: File[]): void;
  onCanned(): void;
  onArticle(): void;
  onSend(): void;
}

const MOD = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl';

export function ComposerBar(props: ComposerBarProps) {
  const t = useT(messages);
  const { sendKey, markdown } = usePreferences();
  const { mode, ready, over, uploading, rival, picker } = props;
  const label = mode === 'note' ? t('sendNote') : rival === null ? t('send') : t('sendWhileTyping', { name: rival });
  return (
    <div className={styles.bar}>
      <IconButton icon="attach" label={`${t('attach')} ${keysText('write.attach')}`} onClick={() => picker.current?.click()} />
      <IconButton icon="bolt" label={`${t('canned')} /`} onClick={props.onCanned} />
      <IconButton icon="book" label={`${t('article')} #`} onClick={props.onArticle} />
      <IconButton
        icon="bold"
        label={t(markdown ? 'markdownOn' : 'markdownOff')}
        active={markdown}
        aria-pressed={markdown}
        onClick={() => setPreference('markdown', !markdown)}
      />
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        tabIndex={-1}
        onChange={(event) => {
          props.onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <span className={styles.barHint}>
        {over > 0 ? <span className={styles.tooLong}>{t('tooLong', { n: over })}</span> : uploading ? t('uploadsRunning') : t(sendKey === 'enter' ? 'sendKeyEnter' : 'sendKeyMod', { mod: MOD })}
      </span>
      <div className={styles.sendGroup}>
        <Button variant="primary" icon={mode === 'note' ? 'note' : 'send'} disabled={!ready} onClick={props.onSend} className={styles.send}>
          {label}
        </Button>
        <Menu
          side="top"
          trigger={
            <button type="button" className={styles.sendMenu} aria-label={t('sendOptions')}>
              <Icon name="chevronDown" size={14} />
            </button>
          }
        >
          <MenuChoice<Preferences['sendKey']>
            label={t('sendOptions')}
            value={sendKey}
            onChange={(value) => setPreference('sendKey', value)}
            options={[
              { value: 'enter', label: t('useEnter') },
              { value: 'mod_enter', label: t('useModEnter', { mod: MOD }) },
            ]}
          />
        </Menu>
      </div>
    </div>
  );
}
