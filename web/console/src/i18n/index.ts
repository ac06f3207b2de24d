export { defineMessages } from '@qingniao/shared/i18n';
export { language, say, setLanguage, suggestLanguage, useLanguage, useT } from './language';
export * from './format';
