// The choices of an input, typed one a line.
import { useState } from 'react';
import { useT } from '../../../../i18n';
import { TextArea } from '../../../../ui';
import type { Choice } from '../../model/document';
import { choicesOf, linesOf } from '../../model/forms';
import { editorMessages } from '../../messages/editor';

export interface ChoicesInputProps {
  /** The input's. */
  name: string;
  choices: readonly Choice[];
  onChange: (choices: Choice[]) => void;
  disabled: boolean;
}

export function ChoicesInput({ name, choices, onChange, disabled }: ChoicesInputProps) {
  const t = useT(editorMessages);
  const [text, setText] = useState(() => linesOf(choices));
  // Changed elsewhere, for example by undoing.
  if (linesOf(choicesOf(text)) !== linesOf(choices)) setText(linesOf(choices));
  return (
    <TextArea
      rows={2}
      disabled={disabled}
      aria-label={t('variableChoices', { name })}
      placeholder={t('choicesPlaceholder')}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        onChange(choicesOf(event.target.value));
      }}
    />
  );
}
