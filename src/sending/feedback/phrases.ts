/**
 * What servers write where no code tells. Each line is one idea, over the families of servers that word it alike; a text is
 * lower case with its white space folded. Whatever is not here is soft: a doubt writes nobody off.
 */
const any = (...phrases: readonly string[]): RegExp => new RegExp(phrases.join('|'), 'u')

/** The form in which every phrase is looked for. */
export const folded = (text: string): string => text.slice(0, 20_000).toLowerCase().replace(/\s+/g, ' ')

/** The mailbox is none, and never will be. */
export const noSuchMailbox = any(
  String.raw`\b(?:no such|unknown|invalid|non-?existent|nonexistent|illegal|bad) (?:or (?:illegal|unknown|invalid) )?(?:local )?(?:user|users|recipient|address|addresses|mailbox|person|account|name|alias)\b(?! domain)`,
  String.raw`\b(?:user|recipient|mailbox|account|address|addressee|person|alias)\b[^.]{0,60}?\b(?:is |was )?(?:unknown|not known|not found|nonexistent|non-existent|unrecognized|not recognized|not recognised|does(?: not|n't) exist|not exist|not listed|is invalid|invalid)\b`,
  String.raw`\b(?:user|account|address|recipient|mailbox) (?:name )?(?:is )?not (?:a valid|valid|our customer|known here|found here)\b`,
  String.raw`\bno (?:such )?(?:mailbox|user|account|person|recipient)\b[^.]{0,30}\b(?:here|exists?|by that name|found|with that)`,
  String.raw`\bdoes(?: not|n't) have an? [^ ]{1,80} account\b`,
  String.raw`\bunknown (?:local[- ]part|to address)\b`,
  String.raw`\bnot (?:a )?(?:valid|known) (?:user|mailbox|recipient|address)\b`,
  String.raw`\bthere is no (?:one|user|such|account|mailbox)\b`,
  String.raw`\bdestinatario (?:inesistente|desconocido)|\butente sconosciuto|\busuario (?:desconocido|no existe)|\butilisateur inconnu|\badresse (?:inconnue|introuvable|d au moins un destinataire invalide)|\bempf(?:ä|ae)nger unbekannt|\bbenutzer unbekannt|\bunbekannter (?:empf|benutzer)|\busu[aá]rio (?:inexistente|desconhecido)`,
  `宛先.{0,12}(?:見つかりません|存在しません)|ユーザ.{0,8}(?:存在しません|見つかりません)|用户不存在|收件人.{0,6}不存在|пользователь не найден|нет такого пользователя|адресат не найден`,
)

/** Hard where it stands in an SMTP answer; a gateway that retells it may mean anything. */
export const hasNoAccount = any(String.raw`\bdoes(?: not|n't) have an? [^ ]{1,80} account\b`)

/** A server's own word about a directory that it knows whole: true at whatever point of the session it was said. */
export const noSuchAccount = any(
  String.raw`\bnot listed in (?:the )?(?:[a-z]+ )?(?:directory|address book)\b`,
  String.raw`\brecipient name is not recogni[sz]ed\b|\bresolver\.adr\.\w*notfound\b`,
  String.raw`\be-?mail account does not exist at the organi[sz]ation\b|\baddress (?:you entered )?couldn't be found(?!,? or)|\bunrouteable address\b`,
)

/** The domain takes no mail: it does not exist, or it says so (RFC 7505). */
export const noSuchHost = any(
  String.raw`\b(?:host|domain)(?: or domain name)?(?: name)? (?:is )?(?:unknown|not found|does(?: not|n't) exist|nonexistent)\b`,
  String.raw`\bunknown (?:host|domain|mail server)\b`,
  String.raw`\bno such (?:host|domain)\b`,
  String.raw`\bhost\/domain does not accept mail\b|\bnull mx\b|\bdomain[^.]{0,40} (?:does not|doesn't) (?:accept|receive) (?:e-?)?mail\b`,
  String.raw`\bunrouteable mail domain\b|\bnxdomain\b|\bcannot find (?:your )?(?:host|domain)\b|\bbad destination (?:host|domain)\b|\bno mx (?:record )?found\b`,
)

/** The address was right, and somebody else took it over: mail to it goes nowhere. */
export const movedAway = any(
  String.raw`\b(?:user|recipient|mailbox|address|account) (?:has )?(?:moved|been (?:moved|replaced))\b|\bno longer (?:works|employed|with|valid|in use|available|exists|active)\b|\bhas left\b`,
)

/** Reasons that stand against even a code of the address: the mailbox is there, and will not or cannot take this mail. */
export const mailboxIsThere = any(
  String.raw`\bquota|\b(?:mailbox|inbox|disk|storage|account)\b[^.]{0,40}\bfull\b|\bfull mailbox|\binsufficient (?:disk|system|storage)`,
  String.raw`\bspam|\bjunk|\bunsolicited|\bvirus|\bmalware|\breputation|\bblack ?list|\bdnsbl|\bblocked\b|\bdmarc|\bgr[ea]ylist|\brelay(?:ing)?\b|\bpolic(?:y|ies)\b|\bpreferences\b`,
  String.raw`\btemporar|(?<!spaces and )\btry(?:ing)? again|\brate limit|\btoo (?:many|fast|often)|\bsender\b[^.]{0,40}\b(?:reject|verif|invalid|unknown|denied|does not exist)`,
)

/** Reasons that have nothing to do with whether the address exists, though the same sentence may deny that it does. */
export const anotherReason = any(
  String.raw`\bquota|\bover ?quota|\b(?:mailbox|inbox|disk|storage|account)\b[^.]{0,40}\bfull\b|\bfull mailbox|\bexceed(?:s|ed)?\b|\binsufficient (?:disk|system|storage)|\bsize limit|\btoo (?:large|big|many)|mailbox size`,
  String.raw`\bspam|\bjunk|\bunsolicited|\bube\b|\bbulk|\bvirus|\bmalware|\bphish|\bsuspicious|\bscored`,
  String.raw`\bblock(?:ed|ing|list)?\b|\bblack ?list|\bdnsbl|\brbl\b|\bspamhaus|\bbarracuda|\breputation|\bbanned|\bdeny|\bdenied|\bforbidden|\bprohibit|\bnot (?:authori[sz]ed|permitted|allowed)|\bunauthori[sz]ed`,
  String.raw`\bpolic(?:y|ies)\b|\bpreferences\b|\bdmarc|\bspf\b|\bdkim|\bauthenticat|\breverse dns|\bptr\b|\brdns\b|\bgr[ea]ylist|\brelay(?:ing)?\b|\b(?:sender|return[- ]path)\b[^.]{0,40}\b(?:reject|verif|invalid|unknown|denied|does not exist|domain)|(?<!>>> )\b(?:helo|ehlo)\b|\bclient host\b`,
  String.raw`\b(?:disabled|suspended|deactivated|inactive|locked|on hold|expired|discontinued|frozen|over limit)\b`,
  String.raw`\btemporar|(?<!spaces and )\btry(?:ing)? again|\bretry|\blater\b|\btimed? ?out|\btimeout|\bdeferred|\bnot responding|\bconnect(?:ion)? (?:refused|reset|lost|frequency|rate)|\brate limit|\btoo (?:fast|often)|\bthrottl|\bservice (?:un|not )available|\bserver (?:busy|error)|\bconfig(?:uration)? error|\bloop|\btoo many hops|\bsystem (?:full|error|resources)`,
  String.raw`\bsyntax error|\bbad sequence|\bimproper sequence|\bprotocol|\bcontent rejected|\brejected by (?:user|the recipient)|\brefused due to|\bnot accepting mail from|\bmembers? only|\bmust be (?:a )?member|\bmoderat`,
)

/** Goes on trying: nothing is over yet. */
export const stillTrying = any(
  String.raw`\b(?:has been|is|was|message) delayed\b|\bdelivery (?:has been )?(?:delay|incomplete)|\bnot yet been delivered|\bwarning message only|\bwill (?:be retried|retry|continue (?:to try|trying)|keep trying)|\bdelivery attempts will continue|\bstill (?:awaiting|trying|being retried)|\bno action is required on your part|\btemporary failure report|\bdo not need to re-?send`,
)

/** What a bounce without any field of RFC 3464 calls itself. */
export const callsItselfBounce = any(
  String.raw`undeliver|\bfailure notice|\bdeliver(?:y|ed)?\b[^.]{0,30}\b(?:fail|problem|error|unsuccessful)|\bfail(?:ed|ure)\b[^.]{0,30}\bdeliver|\b(?:returned|bounced?|rejected) (?:e-?)?mail|\bmail (?:system error|returned|delivery)|\bcould not be (?:delivered|sent|reached)|\bcouldn't be delivered|\b(?:not|n't|unable to|cannot be|can't be|wasn't) (?:be |able to )?deliver|\bnon remis|\bn'a pas (?:pu|été)|\bunzustellbar|\bnicht zugestellt|\bno se (?:pudo|ha podido) entregar|\bnão (?:foi )?entreg|\bnon recapitabile|\bdelivery status notification|\bdelivery (?:report|notification)|не доставлен|недоставлен|配信|配送|退信|送信できません|\bdid not reach\b|\bunknown user\b|\buser unknown\b|\bmailbox is full\b|\bautomatically rejected\b`,
)

/** Subjects of machines that answer for people (RFC 3834 asks for a header; many send none). */
export const callsItselfAutoreply = any(
  String.raw`^(?:re: |aw: |fw: )?\W*(?:auto(?:matic|mated|matische|matisk)?[ -]?(?:re(?:ply|sponse|sponder|spond)|answer|antwort|svar|acknowledge)|out[ -]of[ -](?:the[ -])?office|ooo\b|away (?:from|until|till|on)\b|on (?:vacation|holiday|leave)\b|vacation\b|holiday\b|abwesenheit|ich bin (?:nicht|im urlaub)|r[ée]ponse automatique|absen(?:t|ce|cia)\b|message d'absence|respuesta autom|fuera de (?:la )?oficina|resposta autom|risposta automatica|fuori (?:sede|ufficio)|afwezig|automatisch antwoord|autosvar|frånvar|automatická|odpowied[źz] automatyczna|автоответ|автоматический ответ|自動(?:返信|応答)|不在|自动(?:回复|答复)|自動回覆)`,
  // Exchange's own subject, in the languages whose words the line above does not have.
  String.raw`^[^\p{L}]*(?:auto\p{L}* (?:svar|vastaus|válasz|odgovor|atsakymas|atbilde)|automaatvastus|samodejni odgovor|răspuns automat|otomatik yanıt|balasan otomatis|trả lời tự động|автомати\p{L}* (?:відповідь|отговор)|аутоматски одговор|αυτόματη απάντηση|자동 회신|ตอบกลับอัตโนมัติ|תשובה אוטומטית|رد تلقائي)`,
)
