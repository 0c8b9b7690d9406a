import { defineConfig } from 'vitest/config';

// The timeout is for hangs: a loaded machine is no failure.
export default defineConfig({ test: { environment: 'jsdom', include: ['tests/**/*.test.ts'], testTimeout: 60_000 } });
