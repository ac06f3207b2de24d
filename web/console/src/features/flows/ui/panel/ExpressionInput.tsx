// A text in which names of the flow are written: an expression (CEL), or a template with `{{ }}`. Offers names while typing and a
// picker for those who would rather choose.
import { useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useLanguage, useT } from '../../../../i18n';
import { IconButton, Menu, MenuItem, TextArea, cx, type ControlProps } from '../../../../ui';
import { namesOf, suggestFor, wordAt, type Name } from '../../model/scope';
import { editorMessages } from '../../messages/editor';
import { useDocument } from '../editor/context';
import { Preview } from './Preview';
import styles from './ExpressionInput.module.css';

export interface ExpressionInputProps {
  value: string;
  onChange: (value: string) => void;
  kind: 'expression' | 'template';
  control: Partial<ControlProps>;
  rows?: number;
  /** Names only this field knows, such as `answer`. */
  local?: readonly string[];
  placeholder?: string;
  label?: string;
  disabled?: boolean;
}

const NONE: readonly string[] = [];

export function ExpressionInput({ value, onChange, kind, control, rows = 2, local = NONE, placeholder, label, disabled = false }: ExpressionInputProps) {
  const t = useT(editorMessages);
  const language = useLanguage();
  const document = useDocument();
  const area = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const [caret, setCaret] = useState(-1);
  const [active, setActive] = useState(0);
  const [hasFocus, setFocus] = useState(false);
  const names = useMemo(() => namesOf(document, local), [document, local]);
  const isTemplate = kind === 'template';
  const word = caret < 0 ? null : wordAt(value, caret, isTemplate);
  const offers = word ? suggestFor(word.word, names, true) : [];
  const about = (name: Name) => (language === 'en' ? name.en : name.zh);

  function insert(text: string, from: number, to: number) {
    const call = text.endsWith('()');
    onChange(value.slice(0, from) + text + value.slice(to));
    const place = from + text.length - (call ? 1 : 0);
    setCaret(-1);
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(place, place);
    });
  }
  function pick(name: Name) {
    if (word) insert(name.text, word.from, caret);
  }
  function put(name: Name) {
    const at = area.current?.selectionStart ?? value.length;
    const inBraces = !isTemplate || wordAt(`${value.slice(0, at)}x`, at + 1, true) !== null;
    insert(inBraces ? name.text : `{{ ${name.text} }}`, at, area.current?.selectionEnd ?? at);
  }
  function onKeyDown(event: KeyboardEvent) {
    if (offers.length === 0 || event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setActive((active + 1) % offers.length);
    else if (event.key === 'ArrowUp') setActive((active + offers.length - 1) % offers.length);
    else if ((event.key === 'Enter' || event.key === 'Tab') && offers[active]) pick(offers[active]);
    else if (event.key === 'Escape') setCaret(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <div className={styles.field}>
      <TextArea
        {...control}
        ref={area}
        rows={rows}
        disabled={disabled}
        {...(label ? { 'aria-label': label } : {})}
        placeholder={placeholder}
        spellCheck={isTemplate}
        className={cx(!isTemplate && styles.code)}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={offers.length > 0}
        aria-controls={list}
        {...(offers.length > 0 ? { 'aria-activedescendant': `${list}-${active}` } : {})}
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
          setCaret(event.target.selectionStart);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        onFocus={() => setFocus(true)}
        onBlur={() => {
          setCaret(-1);
          setFocus(false);
        }}
      />
      {!disabled && (
        <span className={styles.picker}>
          <Menu trigger={<IconButton icon="code" size="sm" label={t('insertName')} plain />}>
            {names.map((name) => (
              <MenuItem key={name.text} onSelect={() => put(name)}>
                <code>{name.text}</code> <small className={styles.about}>{about(name)}</small>
              </MenuItem>
            ))}
          </Menu>
        </span>
      )}
      <ul id={list} role="listbox" aria-label={t('suggestions')} className={styles.offers} hidden={offers.length === 0}>
        {offers.map((name, index) => (
          <li key={name.text} id={`${list}-${index}`} role="option" aria-selected={index === active} className={styles.offer} onMouseDown={(event) => event.preventDefault()} onClick={() => pick(name)}>
            <code>{name.text}</code>
            <small className={styles.about}>{about(name)}</small>
          </li>
        ))}
      </ul>
      {hasFocus && offers.length === 0 && <Preview text={value} kind={kind} />}
    </div>
  );
}
