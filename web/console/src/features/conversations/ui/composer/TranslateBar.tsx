// Puts what is written into the customer's language before it is sent; the original stays to be seen and to go back to.
import { useState } from 'react';
import { language, useT } from '../../../../i18n';
import { Button, IconButton, Menu, MenuItem, Spinner, toast } from '../../../../ui';
import { translateText } from '../../api/translate';
import { translateMessages } from '../../messages/translate';
import styles from './Composer.module.css';

export interface TranslateBarProps {
  conversationId: string;
  /** The customer's, offered first. */
  first: string;
  languages: string[];
  text: string;
  onText(text: string): void;
}

export default function TranslateBar({ conversationId, first, languages, text, onText }: TranslateBarProps) {
  const t = useT(translateMessages);
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<{ original: string; tag: string } | null>(null);
  const names = new Intl.DisplayNames([language()], { type: 'language' });
  const nameOf = (tag: string): string => names.of(tag) ?? tag;
  const order = [first, ...languages.filter((tag) => tag !== first)];
  const original = made !== null && text.trim() !== '' ? made.original : null;

  const run = async (tag: string): Promise<void> => {
    setBusy(true);
    try {
      const from = original ?? text;
      onText(await translateText(conversationId, from, tag));
      setMade({ original: from, tag });
    } catch (error) {
      toast.error(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className={styles.translateBar}>
      {busy ? (
        <Spinner size={15} />
      ) : (
        <Menu side="top" align="start" trigger={<IconButton icon="globe" size="sm" label={t('translateInto')} plain disabled={text.trim() === ''} />}>
          {order.map((tag) => (
            <MenuItem key={tag} onSelect={() => void run(tag)}>
              {nameOf(tag)}
            </MenuItem>
          ))}
        </Menu>
      )}
      {original === null ? (
        <span className={styles.translateHint}>{t('translateInto')}</span>
      ) : (
        <>
          <span className={styles.original} dir="auto">
            {t('translatedFrom', { language: nameOf(made?.tag ?? '') })} {original}
          </span>
          <Button
            size="sm"
            variant="ghost"
            icon="undo"
            onClick={() => {
              onText(original);
              setMade(null);
            }}
          >
            {t('restoreOriginal')}
          </Button>
        </>
      )}
    </div>
  );
}
