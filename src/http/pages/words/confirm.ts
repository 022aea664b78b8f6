import type { Language } from '../../../base/index.ts'

/** The page behind the link of a confirmation mail. `{contact}` is the policy's. */
export interface ConfirmPageWords {
  readonly title: string
  readonly heading: string
  readonly text: string
  readonly button: string
  readonly note: string
  readonly done: { readonly title: string; readonly heading: string; readonly text: string }
  readonly gone: { readonly title: string; readonly heading: string; readonly text: string }
}

export const confirmPageWords: Readonly<Record<Language, ConfirmPageWords>> = Object.freeze({
  en: {
    title: 'Confirm',
    heading: 'Do you confirm?',
    text: 'The email that brought you here says what you agree to. Press the button only if it was you who agreed.',
    button: 'Yes, I confirm',
    note: 'Opening this page has changed nothing yet. If it was not you, close it: nothing is sent to you.',
    done: {
      title: 'Confirmed',
      heading: 'Your consent is confirmed',
      text: 'It is saved. You can take it back at any time, with the link in every email of ours.',
    },
    gone: {
      title: 'Nothing to confirm',
      heading: 'There is nothing to confirm any more',
      text: 'The time for it is over, and everything about it is deleted. If you still want it, ask for it once more, or write to {contact}.',
    },
  },
  de: {
    title: 'Bestätigen',
    heading: 'Bestätigen Sie das?',
    text: 'Die E-Mail, die Sie hierher führte, nennt, wozu Sie einwilligen. Drücken Sie die Taste nur, wenn Sie selbst zugestimmt haben.',
    button: 'Ja, ich bestätige',
    note: 'Das Öffnen dieser Seite hat noch nichts geändert. Waren Sie das nicht, so schließen Sie sie: Sie erhalten nichts.',
    done: {
      title: 'Bestätigt',
      heading: 'Ihre Einwilligung ist bestätigt',
      text: 'Das ist gespeichert. Sie können sie jederzeit zurücknehmen, mit dem Link in jeder unserer E-Mails.',
    },
    gone: {
      title: 'Nichts zu bestätigen',
      heading: 'Es gibt nichts mehr zu bestätigen',
      text: 'Die Zeit dafür ist um, und alles dazu ist gelöscht. Möchten Sie es weiterhin, so fordern Sie es noch einmal an, oder schreiben Sie an {contact}.',
    },
  },
  fr: {
    title: 'Confirmer',
    heading: 'Confirmez-vous ?',
    text: 'Le message qui vous a amené ici dit à quoi vous consentez. N’appuyez sur le bouton que si c’est bien vous qui avez accepté.',
    button: 'Oui, je confirme',
    note: 'Ouvrir cette page n’a encore rien changé. Si ce n’était pas vous, fermez-la : rien ne vous sera envoyé.',
    done: {
      title: 'Confirmé',
      heading: 'Votre consentement est confirmé',
      text: 'C’est enregistré. Vous pouvez le retirer à tout moment, par le lien de chacun de nos messages.',
    },
    gone: {
      title: 'Rien à confirmer',
      heading: 'Il n’y a plus rien à confirmer',
      text: 'Le délai est écoulé et tout ce qui s’y rapporte est effacé. Si vous le souhaitez toujours, faites une nouvelle demande ou écrivez à {contact}.',
    },
  },
  es: {
    title: 'Confirmar',
    heading: '¿Lo confirma?',
    text: 'El mensaje que le ha traído aquí dice a qué da su consentimiento. Pulse el botón solo si fue usted quien lo aceptó.',
    button: 'Sí, lo confirmo',
    note: 'Abrir esta página todavía no ha cambiado nada. Si no fue usted, ciérrela: no se le enviará nada.',
    done: {
      title: 'Confirmado',
      heading: 'Su consentimiento está confirmado',
      text: 'Queda guardado. Puede retirarlo en cualquier momento, con el enlace de cada uno de nuestros mensajes.',
    },
    gone: {
      title: 'Nada que confirmar',
      heading: 'Ya no hay nada que confirmar',
      text: 'El plazo ha terminado y se ha borrado todo lo relacionado. Si aún lo desea, vuelva a pedirlo o escriba a {contact}.',
    },
  },
})
