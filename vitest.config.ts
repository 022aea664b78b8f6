import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/ground/scratch.ts'],
    pool: 'forks',
    // Many tests wait for servers and clocks: a third one uses what two leave of two processors.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Journeys speak to real servers on machines that others use too: there, and only there, a test may try once more, and says so.
    retry: process.env.CI ? 1 : 0,
  },
})
