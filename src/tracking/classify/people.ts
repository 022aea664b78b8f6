import type { TextRule } from './text-rule.ts'

const browser =
  /^Mozilla\/\d.*(?:AppleWebKit|Gecko\/|Trident|MSIE|Presto|KHTML|rv:\d|Netscape|LibWeb|Opera|(?:Chrome|Safari|Firefox)\/)|^Mozilla\/[1-4]\.\d+ \[|^Opera\/|browser(?!shots)|UCWEB|^JUC ?\(|Explorer\/|Opera (?:Mini|Mobi)|(?:Dillo|NetSurf|(?<![a-z])iCab)[ /]\d/i
const mail =
  /thunderbird|outlook|ms-?office|microsoft office|airmail|sparrow|postbox|em ?client|the bat!|lotus[- ]notes|superhuman|barca|evolution\/|kmail|mailbar|windows-?live-?mail|yahoomobilemail|mailspring|claws mail|sylpheed|(?<![a-z])mail\/\d/i
const device =
  /CFNetwork|Dalvik|Darwin|iPhone|iPad|iPod|(?<![a-z])iOS|Android|Windows|Macintosh|Mac ?OS|Symbian|Series60|MIDP|J2ME|BlackBerry|Nokia|Samsung|Motorola|SonyEricsson|HTC[ _-]|Kindle|Nintendo|PlayStation|PS\dApp|HbbTV|SMART-?TV|Roku|Sonos|watchOS|tvOS|AppleTV|UP\.(?:Browser|Link)|NetFront|DoCoMo|KDDI|Obigo|Teleca|Amiga|BeOS|Haiku|QuickTime|WebKit|Lynx|(?<![a-z])e?links(?=[ /] ?\(?\d)|w3m|Mosaic|FBAN|FBAV|GoogleApp|Mozac|KaiOS|Inferno|Vodafone|PodcastRepublic|Linux UPnP|\(Linux; U|Streaming Player|GOG Galaxy|MIDlet|\bBREW|Dreamcast|Ladybird/i

/** What a person can look at: without any of it, a client cannot show a mail to anybody. */
export const seen = new RegExp(`${browser.source}|${mail.source}|${device.source}`, 'i')

/** What programs that people read with say of themselves. */
export const readers: readonly TextRule[] = [
  {
    id: 'browser',
    reason: 'built like a browser: the token that all of them begin with, and an engine',
    toward: 'person',
    strength: 'sign',
    test: browser,
  },
  { id: 'mail-program', reason: 'a mail program names itself', toward: 'person', strength: 'sign', test: mail },
  {
    id: 'device-in-hand',
    reason: 'names a device or a system that people hold, watch or sit before',
    toward: 'person',
    strength: 'hint',
    test: device,
  },
]
