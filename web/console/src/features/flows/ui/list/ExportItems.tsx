import { useLanguage, useT } from '../../../../i18n';
import { MenuItem, toast } from '../../../../ui';
import { TextProblems, exportFlow, type TextFormat } from '../../api/texts';
import { listMessages } from '../../messages/list';

export interface ExportItemsProps {
  flowId: string;
  /** `draft`, `live`, a number or a hash. */
  version: string;
  /** What is drawn is on the server. */
  before?: () => Promise<unknown>;
}

const FORMATS = { json: 'exportJson', yaml: 'exportYaml', serverless: 'exportServerless' } as const satisfies Record<TextFormat, string>;

/** The forms a flow goes out in, as items of a menu. */
export function ExportItems({ flowId, version, before }: ExportItemsProps) {
  const t = useT(listMessages);
  const english = useLanguage() === 'en';
  async function take(format: TextFormat) {
    try {
      await before?.();
      await exportFlow(flowId, version, format);
    } catch (error) {
      const first = error instanceof TextProblems ? error.problems[0] : undefined;
      if (first) toast.error(t('exportRefused', { why: english ? first.en : first.zh }));
      else toast.error(error instanceof Error ? error.message : String(error));
    }
  }
  return (Object.keys(FORMATS) as TextFormat[]).map((format) => (
    <MenuItem key={format} icon="download" onSelect={() => void take(format)}>
      {t(FORMATS[format])}
    </MenuItem>
  ));
}
