import type { TextRule } from './text-rule.ts'

/** What machines say of themselves: their trade, their library, the address of those who run them. */
export const declared: readonly TextRule[] = [
  {
    id: 'declares-robot',
    reason: 'calls itself a robot, crawler or spider; no program that people read with does',
    toward: 'scanner',
    strength: 'proof',
    test: /(?<!cu)bots?(?![a-z_])|(?<!cu)bot[\d_-]|robot|crawl|spider|spyder|slurp|scrap(?:er|ing|y|e)|harvest|archiv(?:er|e\.)|archivebox|indexer|scoutjet|nutch|heritrix/i,
  },
  {
    id: 'declares-trade',
    reason: 'names the work of a machine: watching, checking, previewing, validating, measuring',
    toward: 'scanner',
    strength: 'proof',
    test: /monitor|watch(?:er|dog|agent|towr)|check(?:er|link|ly|_http)?(?![a-z])|link_?(?:check|tiger|walker|alarm)|preview(?!\/3)|validat|verif|fetch(?:er|url|or)|(?<!cam)scan(?:ner|ning|s)?(?![a-z])|probe|sniff|survey(?!on)|inspect(?:or|ion)|analy[sz]er|audit|uptime|pingdom|(?<![a-z])ping(?:er)?(?![a-z])|screenshot|thumb(?:nail|shot|or)|favicon|page ?(?:speed|burst|peeker)|optimi[sz]er|transcod|translat|extract|research|enrich|classif|discover(?![^;)]* build\/)|diagnos|^(?!mozilla|opera).{0,40}\bupdater?\b|detect(?:or|ify)|synthetic|observatory|evasions|downloader|grabber|offline ?explorer|mirror|suck(?:er|ing)|semantic|statistic|get(?:ter|right(?! [\d.]+[;)]))/i,
  },
  {
    id: 'feed-reader',
    reason: 'collects feeds and podcasts for somebody, without showing mail to anybody',
    toward: 'scanner',
    strength: 'proof',
    test: /\brss|rss\b|(?<![a-z])feed(?!back|ler\/)|feed(?:ly|bin|er)|atom ?feed|podcast(?!republic)|podder|podcatch|subscribers?\b|syndicat|newsblur|netnewswire|liferea|akregator|\bnews(?:gator|now|ai|beuter|boat)|reeder/i,
  },
  {
    id: 'automation',
    reason: 'a browser that a program drives: test rigs, speed labs, engines without a screen',
    toward: 'scanner',
    strength: 'proof',
    test: /headless|phantomjs|wkhtmlto|jsdom|happy-?dom|browserkit|slimerjs|casperjs|selenium|webdriver|playwright|puppeteer|cypress|nightmare|splash|lighthouse|ptst|speedcurve|webpagetest|catchpoint|gomez|dejaclick|thousandeyes|rigor(?![a-z])|site24x7|statuscake|dareboost|testlocally|devtools/i,
  },
  {
    id: 'mail-security',
    reason: 'a mail security product that fetches what a mail shows or links to',
    toward: 'scanner',
    strength: 'proof',
    test: /barracuda|proofpoint|mimecast|safelinks|trend ?micro|sophos|forti(?:guard|mail|gate)|urldefense|virustotal|ironport|messagelabs|symantec|mcafee|kaspersky|bitdefender|cloudmark|sendgrid|spam(?!blockerutility)|phish|malware|antivirus|security|sentinel|threat|zscaler|netcraft|urlscan/i,
  },
  {
    id: 'attack-tool',
    reason: 'a tool that looks for holes, or text that is an attack and not a name',
    toward: 'scanner',
    strength: 'proof',
    test: /nikto|nessus|openvas|sqlmap|masscan|zgrab|nmap|burp|acunetix|jorgee|hydra|whatweb|pg_sleep|select ?[(*]|load_file|<\?|\$\{|<script/i,
  },
  {
    id: 'contact',
    reason: 'carries the address of those who run it, as polite machines do and browsers never',
    toward: 'scanner',
    strength: 'proof',
    test: /(?:https?:\/|\bwww\.)(?<!embeddedwb.{0,30})|mailto:|[\w.+-]+ ?(?:@|\(at\)|\[at\]| at )[a-z\d-]+(?:\.[a-z]{2,}|\.[a-z\d-]+\.[a-z]| ?\(dot\)| dot )|\+[\w-]+\.(?:com|org|net|io|ai|co|dev)\b|[;( ][\w-]+\.(?:com|org|net|info|biz|ru|ai|co\.uk|de|fr|eu)(?=[/; )]|$)|no operator/i,
  },
  {
    id: 'library',
    reason: 'an HTTP library or a command-line tool, which shows nothing to anybody',
    toward: 'scanner',
    strength: 'proof',
    test: /^(?:curl|wget|python|java(?!fx)|jakarta|go[ -]|okhttp|axios|node|undici|ruby|perl|lwp|libwww(?!.*applewebkit)|php|guzzle|apache|postman|http|faraday|typhoeus|mechanize|winhttp|winhttprequest|aiohttp|reqwest|hyper|got |got\/|scala|akka|dart|rust|erlang|ocaml|lua|aws|boto|rclone|aria2|axel|lftp|powershell|unirest|restsharp|rest-client|reactornetty|jersey|vert\.x|jetty|netty|pycurl|urlgrabber)|libwww-perl|python-(?:requests|urllib|httpx)|powershell\/|(?:http|web|url)-?client|web services client|urlconnection|httpunit|simplepie|magpie|lwp::|libcurl|hackney|fasthttp|zend_?http|snoopy|pear http|cfnetwork\/\S* .*subscriber/i,
  },
  {
    id: 'machine-agent',
    reason: "ends in Agent, User or Service as programs on a company's servers name themselves",
    toward: 'scanner',
    strength: 'proof',
    test: /(?:[a-z][ _-]|[a-z](?=A))agent(?![a-z])|[a-z]+-(?:user|google)(?![a-z])|(?<![a-z])google-|mediapartners|googleweblight|facebookexternalhit|(?<![a-z])cms (?:detector|crawl)/i,
  },
]
