import { useState } from 'react';
import { useT } from '../i18n';
import { Button, IconButton } from './Button';
import { toast } from './Toast';
import { uiMessages } from './messages';
import styles from './CopyField.module.css';

/** Works without a secure context too, where the clipboard API is missing. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'visually-hidden';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

export function useCopy() {
  const t = useT(uiMessages);
  const [copied, setCopied] = useState(false);
  async function copy(text: string) {
    if (await copyText(text)) {
      setCopied(true);
      setTimeout(() => setCopied(false), 1800);
    } else {
      toast.error(t('copyFailed'));
    }
  }
  return { copied, copy };
}

/** One line to take elsewhere: an address, a key, a secret. */
export function CopyField({ label, value, secret }: { label: string; value: string; secret?: boolean }) {
  const t = useT(uiMessages);
  const { copied, copy } = useCopy();
  const [shown, setShown] = useState(!secret);
  return (
    <div className={styles.field}>
      <code className={styles.value} aria-label={label} tabIndex={0}>
        {shown ? value : '•'.repeat(Math.min(value.length, 28))}
      </code>
      {secret && (
        <IconButton icon={shown ? 'eyeOff' : 'eye'} label={t(shown ? 'hide' : 'show')} size="sm" plain onClick={() => setShown(!shown)} />
      )}
      <Button size="sm" variant="ghost" icon={copied ? 'check' : 'copy'} onClick={() => void copy(value)}>
        <span aria-live="polite">{t(copied ? 'copied' : 'copy')}</span>
      </Button>
    </div>
  );
}

/** Several lines of code to take elsewhere. */
export function CodeBlock({ label, code }: { label: string; code: string }) {
  const t = useT(uiMessages);
  const { copied, copy } = useCopy();
  return (
    <div className={styles.block}>
      <pre className={styles.code} aria-label={label} tabIndex={0}>
        <code>{code}</code>
      </pre>
      <Button size="sm" className={styles.blockCopy ?? ''} icon={copied ? 'check' : 'copy'} onClick={() => void copy(code)}>
        <span aria-live="polite">{t(copied ? 'copied' : 'copy')}</span>
      </Button>
    </div>
  );
}
