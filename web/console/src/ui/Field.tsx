import { useId, useState, type InputHTMLAttributes, type ReactNode, type Ref, type TextareaHTMLAttributes } from 'react';
import { useT } from '../i18n';
import { cx } from './cx';
import { Icon, type IconName } from './Icon';
import { IconButton } from './Button';
import { uiMessages } from './messages';
import styles from './Field.module.css';

export interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
  /** The label is for screen readers only. */
  labelHidden?: boolean;
  className?: string;
  /** Spread on the control: it ties label, hint and error to it. */
  children: (control: ControlProps) => ReactNode;
}

export interface ControlProps {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
}

/** Label, control, hint and error of one input. */
export function Field({ label, hint, error, optional, labelHidden, className, children }: FieldProps) {
  const t = useT(uiMessages);
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  const control: ControlProps = {
    id,
    ...(described ? { 'aria-describedby': described } : {}),
    ...(error ? { 'aria-invalid': true as const } : {}),
  };
  return (
    <div className={cx(styles.field, className)}>
      <label htmlFor={id} className={cx(styles.label, labelHidden && 'visually-hidden')}>
        {label}
        {optional && <span className={styles.optional}>{t('optional')}</span>}
      </label>
      {children(control)}
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          <Icon name="alert" size={14} />
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}

export interface TextInputProps extends InputHTMLAttributes<HTMLInputElement> {
  icon?: IconName;
  ref?: Ref<HTMLInputElement>;
}

export function TextInput({ icon, className, ...rest }: TextInputProps) {
  const input = <input type="text" {...rest} className={cx(styles.input, icon && styles.withIcon, className)} />;
  if (!icon) return input;
  return (
    <span className={styles.iconWrap}>
      <Icon name={icon} size={16} className={cx(styles.leading)} />
      {input}
    </span>
  );
}

/** Password managers and pasting work; the text can be shown. */
export function PasswordInput(props: InputHTMLAttributes<HTMLInputElement>) {
  const t = useT(uiMessages);
  const [shown, setShown] = useState(false);
  return (
    <span className={styles.iconWrap}>
      <input {...props} type={shown ? 'text' : 'password'} className={cx(styles.input, styles.withTrailing)} />
      <IconButton
        className={cx(styles.trailing)}
        icon={shown ? 'eyeOff' : 'eye'}
        label={t(shown ? 'hide' : 'show')}
        aria-pressed={shown}
        size="sm"
        plain
        onClick={() => setShown(!shown)}
      />
    </span>
  );
}

export interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  ref?: Ref<HTMLTextAreaElement>;
}

export function TextArea({ className, rows = 4, ...rest }: TextAreaProps) {
  return <textarea rows={rows} {...rest} className={cx(styles.input, styles.area, className)} />;
}

/** A group of controls under one legend. */
export function FieldSet({ legend, hint, children }: { legend: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <fieldset className={styles.fieldset}>
      <legend className={styles.legend}>{legend}</legend>
      {hint && <p className={styles.hint}>{hint}</p>}
      {children}
    </fieldset>
  );
}
