import type { MailWords } from './words.ts'

export const de: MailWords = {
  open: {
    subject: 'Ihre Daten bei {controller}',
    before: [
      'Jemand, vermutlich Sie selbst, hat uns um die Seite gebeten, auf der Sie alles sehen, was {controller} über Sie gespeichert hat. Dort können Sie es berichtigen, mitnehmen oder löschen lassen.',
    ],
    link: 'Meine Seite öffnen',
    after: [
      'Der Link gilt eine Stunde lang und ein einziges Mal. Leiten Sie diese E-Mail nicht weiter: Wer den Link öffnet, sieht Ihre Daten.',
      'Haben Sie nicht darum gebeten, so brauchen Sie nichts zu tun. Es ändert sich nichts, und niemand außer Ihnen hat diesen Link.',
      'Fragen richten Sie bitte an {contact}.',
    ],
  },
  confirm: {
    subject: 'Bitte bestätigen Sie Ihre neue Adresse',
    before: ['Jemand, vermutlich Sie selbst, hat {controller} diese Adresse anstelle einer früheren genannt.'],
    link: 'Diese Adresse bestätigen',
    after: [
      'Der Link gilt eine Stunde lang. Bis dahin gilt die frühere Adresse.',
      'Waren Sie das nicht, so brauchen Sie nichts zu tun: Dann ändert sich nichts, und diese Adresse wird vergessen.',
      'Fragen richten Sie bitte an {contact}.',
    ],
  },
}
