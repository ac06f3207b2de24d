import type { FlowStepError } from '@qingniao/shared/flow';

/** Why a step or a run did not succeed, in the reader's language where the words are ours. */
export const whyOf = (error: Pick<FlowStepError, 'message' | 'zh'>, language: string): string => (language === 'zh-CN' && error.zh ? error.zh : error.message);

/** The same of what is kept as two texts. */
export const wordsOf = (failed: { error: string | null; error_zh: string | null }, language: string): string | null => (language === 'zh-CN' && failed.error_zh ? failed.error_zh : failed.error);
