import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    include: ['shared/src/**/*.test.{ts,tsx}', 'console/src/**/*.test.{ts,tsx}', 'widget/src/**/*.test.{ts,tsx}'],
  },
});
