import { useState } from 'react';
import { useT } from '../../../../i18n';
import { Button, toast } from '../../../../ui';
import { readVersion, useFlows } from '../../api/queries';
import type { FlowNode } from '../../model/document';
import { expand } from '../../model/subflow';
import { editorMessages } from '../../messages/editor';
import { useEditor } from '../editor/context';

/** The steps of the called flow in place of the call. */
export function ExpandButton({ node }: { node: FlowNode }) {
  const t = useT(editorMessages);
  const editor = useEditor();
  const flows = useFlows();
  const [busy, setBusy] = useState(false);
  const hash = typeof node.settings?.flow === 'string' ? node.settings.flow : '';
  async function open() {
    setBusy(true);
    try {
      // A version is found under the flow it is of; the live ones are known by their hash, others are looked for.
      const known = [...(flows.data ?? [])].sort((a, b) => Number(b.live?.hash === hash) - Number(a.live?.hash === hash));
      for (const flow of known) {
        const version = await readVersion(flow.id, hash).catch(() => null);
        const made = version && expand(editor.document, node.id, version.document);
        if (version && !made) return toast.error(t('expandClash'));
        if (made) {
          editor.apply(made.document, '', made.ids);
          return toast.success(t('expanded'));
        }
      }
      toast.error(t('expandGone'));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Button size="sm" icon="external" busy={busy} disabled={hash === ''} onClick={() => void open()}>
      {t('expand')}
    </Button>
  );
}
