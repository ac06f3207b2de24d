import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// Text from people is hostile: HTML reaches the page only through the one component that renders server-sanitised markup.
const noRawHtml = {
  selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]',
  message: 'Render sanitised HTML with <SafeHtml> only.',
};

export default tseslint.config(
  { ignores: ['dist/**', '**/node_modules/**', 'shared/src/schema.ts'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      'no-eval': 'error',
      'no-restricted-syntax': ['error', noRawHtml],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 500 }],
    },
  },
  // Word lists may be long.
  { files: ['**/messages.ts'], rules: { 'max-lines': 'off' } },
  { files: ['console/src/ui/SafeHtml.tsx'], rules: { 'no-restricted-syntax': 'off' } },
);
