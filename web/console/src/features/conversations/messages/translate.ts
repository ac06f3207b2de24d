// Messages in another language.
import { defineMessages } from '../../../i18n';

export const translateMessages = defineMessages(
  {
    translate: '翻译',
    translating: '正在翻译…',
    translated: '译文',
    hideTranslation: '隐藏译文',
    translateInto: '发送前翻译成',
    translatedFrom: '已翻译成{language}，原文：',
    restoreOriginal: '恢复原文',
  },
  {
    translate: 'Translate',
    translating: 'Translating…',
    translated: 'Translation',
    hideTranslation: 'Hide the translation',
    translateInto: 'Translate before sending',
    translatedFrom: 'Translated into {language}. You wrote:',
    restoreOriginal: 'Restore the original',
  },
);
