import { useState } from 'react';
import { useT } from '../../../i18n';
import { Field, TextArea } from '../../../ui';
import { editorMessages } from '../messages/editor';
import { routingMessages } from '../messages/page';
import { readPolicy } from '../model/read';
import type { Policy } from '../model/policy';
import page from '../RoutingPage.module.css';

export interface JsonTabProps {
  policy: Policy;
  onChange(policy: Policy): void;
  onBroken(reason: string | null): void;
}

const print = (policy: Policy): string => JSON.stringify(policy, null, 2);

/** The policy as text. As long as the text is none, the forms keep what they had. */
export function JsonTab({ policy, onChange, onBroken }: JsonTabProps) {
  const t = useT(editorMessages);
  const words = useT(routingMessages);
  const [text, setText] = useState(() => print(policy));
  const [given, setGiven] = useState(policy);
  const [reason, setReason] = useState<string | null>(null);
  // Changed from outside, by a template for instance.
  if (given !== policy) {
    setGiven(policy);
    setText(print(policy));
    setReason(null);
  }
  function write(next: string) {
    setText(next);
    const read = readPolicy(next);
    const broken = 'reason' in read ? words('notJson', { reason: read.reason }) : null;
    setReason(broken);
    onBroken(broken);
    if ('policy' in read) {
      setGiven(read.policy);
      onChange(read.policy);
    }
  }
  return (
    <Field label={words('document')} hint={t('jsonText')} error={reason ?? undefined}>
      {(control) => <TextArea {...control} className={page.document} rows={22} spellCheck={false} value={text} onChange={(event) => write(event.target.value)} />}
    </Field>
  );
}
