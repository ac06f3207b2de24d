// A picture of a message: uploaded from here by button, drop or paste, or an address that it is fetched from when it is said.
import { useEffect, useRef, useState } from 'react';
import { useT } from '../../../../i18n';
import { Button } from '../../../../ui';
import { isImage, upload, type Upload } from '../../../conversations/api/upload';
import { editorMessages } from '../../messages/editor';
import { PICTURE_TYPES, refusalOf, uploadedName } from '../../model/picture';
import { ExpressionInput } from './ExpressionInput';
import styles from './PictureInput.module.css';

export interface PictureInputProps {
  value: string;
  /** What it shows, as far as that is written. */
  alt: string;
  onChange: (value: string) => void;
  label: string;
  placeholder: string;
  disabled: boolean;
}

export function PictureInput({ value, alt, onChange, label, placeholder, disabled }: PictureInputProps) {
  const t = useT(editorMessages);
  const picker = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const running = useRef<Upload | null>(null);
  // What stands here when the file is up, which may be another than when it was chosen.
  const latest = useRef({ value, onChange });
  const [share, setShare] = useState<number | null>(null);
  const [refused, setRefused] = useState('');
  const name = uploadedName(value);
  useEffect(() => {
    latest.current = { value, onChange };
  });
  useEffect(() => () => running.current?.cancel(), []);

  async function take(file: File) {
    if (disabled || running.current) return;
    const refusal = refusalOf(file);
    setRefused(refusal ? t(refusal) : '');
    if (refusal) return;
    const before = latest.current.value;
    running.current = upload(file, setShare);
    setShare(0);
    try {
      const { url, media_type } = await running.current.done;
      if (!isImage(media_type)) setRefused(t('pictureKind'));
      else if (latest.current.value === before) latest.current.onChange(url);
    } catch (error) {
      if (!(error instanceof DOMException)) setRefused(t('pictureFailed', { reason: (error instanceof Error && error.message) || t('offline') }));
    } finally {
      running.current = null;
      setShare(null);
    }
  }
  /** Whether there was a file among what was dropped or pasted. */
  function takeFrom(files: FileList): boolean {
    const file = files[0];
    if (file) void take(file);
    return file !== undefined;
  }
  const does = share !== null ? t('pictureUploading', { percent: Math.round(share * 100) }) : t(name === null ? 'pictureUpload' : 'pictureOther');
  return (
    <div
      className={styles.picture}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes('Files')) event.preventDefault();
      }}
      onDrop={(event) => {
        if (takeFrom(event.dataTransfer.files)) event.preventDefault();
      }}
      onPaste={(event) => {
        if (takeFrom(event.clipboardData.files)) event.preventDefault();
      }}
    >
      {name === null ? (
        <ExpressionInput disabled={disabled} kind="template" rows={2} control={{}} label={label} placeholder={placeholder} value={value} onChange={onChange} />
      ) : (
        <div className={styles.shown} role="group" aria-label={label}>
          <img src={value.trim()} alt={alt || name} />
          <bdi>{name}</bdi>
        </div>
      )}
      {!disabled && (
        <span className={styles.buttons}>
          {/* Not disabled while it is busy: the keyboard would be lost. */}
          <Button ref={button} size="sm" icon="image" aria-label={`${label} ${does}`} aria-busy={share !== null} onClick={() => share === null && picker.current?.click()}>
            {does}
          </Button>
          {name !== null && (
            <Button
              size="sm"
              variant="ghost"
              aria-label={`${label} ${t('pictureAddress')}`}
              onClick={() => {
                onChange('');
                button.current?.focus();
              }}
            >
              {t('pictureAddress')}
            </Button>
          )}
          <input
            ref={picker}
            type="file"
            accept={PICTURE_TYPES.join(',')}
            hidden
            tabIndex={-1}
            onChange={(event) => {
              if (event.target.files) takeFrom(event.target.files);
              event.target.value = '';
            }}
          />
        </span>
      )}
      {refused !== '' && (
        <p className={styles.refused} role="alert">
          {refused}
        </p>
      )}
    </div>
  );
}
