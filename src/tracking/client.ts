import { UAParser } from 'ua-parser-js'
import type { Client } from '../gate/index.ts'

// Families as people name them. What is not in a table is not recorded: a rare name singles a person out, and a name that
// was copied out of the header could say anything.
const browsers: ReadonlyMap<string, string> = new Map([
  ['Chrome', 'Chrome'],
  ['Chrome Headless', 'Chrome'],
  ['Chrome WebView', 'Chrome'],
  ['Chromium', 'Chrome'],
  ['Mobile Chrome', 'Chrome'],
  ['Firefox', 'Firefox'],
  ['Mobile Firefox', 'Firefox'],
  ['Firefox Focus', 'Firefox'],
  ['Safari', 'Safari'],
  ['Mobile Safari', 'Safari'],
  ['Edge', 'Edge'],
  ['IE', 'Internet Explorer'],
  ['IEMobile', 'Internet Explorer'],
  ['Opera', 'Opera'],
  ['Opera Mobi', 'Opera'],
  ['Opera Mini', 'Opera'],
  ['Opera Touch', 'Opera'],
  ['Opera GX', 'Opera'],
  ['Samsung Internet', 'Samsung Internet'],
  ['Samsung Browser', 'Samsung Internet'],
  ['Vivaldi', 'Vivaldi'],
  ['Brave', 'Brave'],
  ['DuckDuckGo', 'DuckDuckGo'],
  ['Yandex', 'Yandex'],
  ['UCBrowser', 'UC Browser'],
])

const systems: ReadonlyMap<string, string> = new Map([
  ['Windows', 'Windows'],
  ['Windows Phone', 'Windows Phone'],
  ['Mac OS', 'macOS'],
  ['macOS', 'macOS'],
  ['iOS', 'iOS'],
  ['Android', 'Android'],
  ['HarmonyOS', 'HarmonyOS'],
  ['Chromium OS', 'ChromeOS'],
  ['Chrome OS', 'ChromeOS'],
  ['Linux', 'Linux'],
  ['Ubuntu', 'Linux'],
  ['Debian', 'Linux'],
  ['Fedora', 'Linux'],
  ['Mint', 'Linux'],
  ['Arch', 'Linux'],
  ['SUSE', 'Linux'],
  ['Gentoo', 'Linux'],
  ['CentOS', 'Linux'],
  ['RedHat', 'Linux'],
])

/** Mail programs, which the parser takes for the engine they are built on, by the names that people use for them. */
const mailPrograms: readonly (readonly [RegExp, string])[] = [
  [/Thunderbird\//i, 'Thunderbird'],
  [/Outlook|ms-?office|Microsoft Office/i, 'Outlook'],
  [/Windows-?Live-?Mail/i, 'Windows Mail'],
  [/YahooMobileMail/, 'Yahoo Mail'],
  [/^Mail\/\d.*(?:CFNetwork|Darwin)/, 'Apple Mail'],
  // WebKit on Apple's systems that names no browser: Safari, and every other, does.
  [/\((?:Macintosh|iPhone|iPad|iPod)[^)]*\) AppleWebKit\/[\d.]+ \(KHTML, like Gecko\)(?: Mobile\/\w+)?$/, 'Apple Mail'],
]

/** Proxies that serve the readers of one mail program: that much they do tell, and nothing else about the reader. */
const proxies: readonly (readonly [RegExp, string])[] = [
  [/GoogleImageProxy/, 'Gmail'],
  [/YahooMailProxy/, 'Yahoo Mail'],
]

/** The mail program behind a proxy, where the proxy serves one only. */
export function readProxied(userAgent: string): Client {
  const browser = proxies.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null
  return Object.freeze({ browser, os: null, device: null })
}

const devices: ReadonlySet<string> = new Set(['mobile', 'tablet', 'smarttv', 'console', 'wearable'])
const desktops: ReadonlySet<string> = new Set(['Windows', 'macOS', 'Linux', 'ChromeOS'])

/** Coarse families out of a user agent; null where nobody can tell. About 40 us: cache what comes out. */
export function readClient(userAgent: string): Client {
  const parser = new UAParser(userAgent)
  const os = systems.get(parser.getOS().name ?? '') ?? null
  const type = parser.getDevice().type ?? ''
  const program = mailPrograms.find(([pattern]) => pattern.test(userAgent))?.[1]
  return Object.freeze({
    browser: program ?? browsers.get(parser.getBrowser().name ?? '') ?? null,
    os,
    device: devices.has(type) ? type : os !== null && desktops.has(os) ? 'desktop' : null,
  })
}
