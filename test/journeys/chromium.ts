import { existsSync } from 'node:fs'

const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
)

/** Where a Chromium can be started; null where there is none. LETHE_REQUIRE_BROWSER=1 makes that a failure. */
export const chromiumPath: string | null = found ?? null
if (!found && process.env.LETHE_REQUIRE_BROWSER === '1') throw new Error('chromium is required and not installed')
if (!found) console.log('chromium: not installed; the walks in a real browser are not run')

/** A browser that asks nobody anything by itself. */
export async function openChromium() {
  const { chromium } = await import('playwright-core')
  return chromium.launch({
    executablePath: chromiumPath ?? '',
    args: [
      ...['--no-sandbox', '--disable-quic', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
    ],
  })
}
