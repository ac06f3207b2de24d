// The keyboard map behind `?`: every command that has keys, and the switch for single keys.
import { setPreference, usePreferences } from '../app/preferences';
import { useLanguage, useT } from '../i18n';
import { Dialog, Switch } from '../ui';
import { Keys } from './Keys';
import { commandMessages } from './messages';
import { COMMANDS, labelOf, type Command, type CommandGroup } from './registry';
import styles from './KeyMap.module.css';

const GROUPS: CommandGroup[] = ['conversation', 'write', 'view', 'go'];

export function KeyMap({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT(commandMessages);
  const { singleKeys } = usePreferences();
  return (
    <Dialog open={open} onClose={onClose} title={t('keyMap')} description={t('keyMapText')} kind="wide">
      <div className={styles.groups}>
        {GROUPS.map((group) => (
          <section key={group} className={styles.group} aria-label={t(group)}>
            <h3 className={styles.heading}>{t(group)}</h3>
            <dl className={styles.list}>
              {(COMMANDS as readonly Command[])
                .filter((command) => command.group === group && command.keys)
                .map((command) => (
                  <KeyRow key={command.id} command={command} />
                ))}
            </dl>
          </section>
        ))}
      </div>
      <div className={styles.choice}>
        <Switch
          checked={singleKeys}
          onChange={(on) => setPreference('singleKeys', on)}
          label={t('singleKeys')}
          hint={t('singleKeysText')}
        />
      </div>
    </Dialog>
  );
}

function KeyRow({ command }: { command: Command }) {
  const language = useLanguage();
  return (
    <div className={styles.row}>
      <dt>{labelOf(command, language)}</dt>
      <dd>
        <Keys keys={command.keys?.[0] ?? ''} />
      </dd>
    </div>
  );
}
