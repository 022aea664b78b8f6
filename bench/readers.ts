/** What fetches pictures and follows links of mail, the common ones first. */
const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const iphone = (system: string, build: string) =>
  `Mozilla/5.0 (iPhone; CPU iPhone OS ${system} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/${build}`
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)'
const chrome = (platform: string, version: number) =>
  `Mozilla/5.0 (${platform}) ${webkit} Chrome/${version}.0.0.0 Safari/537.36`
const versions = [140, 139, 138, 137, 136]

export const agents: readonly string[] = [
  'Mozilla/5.0',
  'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
  chrome('Windows NT 10.0; Win64; x64', 140),
  iphone('18_6', '15E148'),
  mac,
  chrome('Linux; Android 10; K', 140),
  'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Thunderbird/142.0',
  `${mac} Version/18.6 Safari/605.1.15`,
  'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.14326; Pro)',
  ...versions.map((version) => chrome('Windows NT 10.0; Win64; x64', version)),
  ...versions.map((version) => chrome('Macintosh; Intel Mac OS X 10_15_7', version)),
  ...versions.map((version) => `${chrome('Windows NT 10.0; Win64; x64', version)} Edg/${version}.0.0.0`),
  ...versions.map((version) => `Mozilla/5.0 (X11; Linux x86_64; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`),
  iphone('17_7', '21H16'),
  iphone('16_7', '20H19'),
]

export const languages: readonly string[] = [
  'en-GB,en;q=0.9',
  'de-DE,de;q=0.9,en;q=0.8',
  'fr-FR,fr;q=0.9',
  'en-US',
  'es',
]
