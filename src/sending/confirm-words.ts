import type { Language } from '../base/index.ts'

/** The mail that asks for a confirmation. `{controller}`, `{contact}` and `{until}` stand for the policy's and the day. */
export interface ConfirmWords {
  readonly subject: string
  /** Before the words that are to be consented to. */
  readonly before: string
  readonly link: string
  readonly after: readonly string[]
}

export const confirmWords: Readonly<Record<Language, ConfirmWords>> = Object.freeze({
  en: {
    subject: 'Please confirm your consent to {controller}',
    before: 'Somebody, most likely you, gave {controller} this address and agreed to the following:',
    link: 'Read and confirm',
    after: [
      'It counts only once you have confirmed it on the page behind this link, by {until}.',
      'If this was not you, leave it alone: nothing is sent to you, and on that day everything about it is deleted.',
      'Questions go to {contact}.',
    ],
  },
  de: {
    subject: 'Bitte bestätigen Sie Ihre Einwilligung gegenüber {controller}',
    before: 'Jemand, vermutlich Sie selbst, hat {controller} diese Adresse genannt und Folgendem zugestimmt:',
    link: 'Lesen und bestätigen',
    after: [
      'Das gilt erst, wenn Sie es auf der Seite hinter diesem Link bestätigt haben, spätestens am {until}.',
      'Waren Sie das nicht, so brauchen Sie nichts zu tun: Sie erhalten nichts, und an diesem Tag wird alles dazu gelöscht.',
      'Fragen richten Sie bitte an {contact}.',
    ],
  },
  fr: {
    subject: 'Merci de confirmer votre consentement à {controller}',
    before: 'Quelqu’un, sans doute vous, a indiqué cette adresse à {controller} et accepté ce qui suit :',
    link: 'Lire et confirmer',
    after: [
      'Cela ne compte que si vous le confirmez sur la page de ce lien, le {until} au plus tard.',
      'Si ce n’était pas vous, ne faites rien : rien ne vous sera envoyé, et ce jour-là tout ce qui s’y rapporte sera effacé.',
      'Pour toute question : {contact}.',
    ],
  },
  es: {
    subject: 'Confirme su consentimiento a {controller}, por favor',
    before: 'Alguien, probablemente usted, ha indicado esta dirección a {controller} y ha aceptado lo siguiente:',
    link: 'Leer y confirmar',
    after: [
      'Solo cuenta cuando lo haya confirmado en la página de este enlace, a más tardar el {until}.',
      'Si no ha sido usted, no haga nada: no se le enviará nada, y ese día se borrará todo lo relacionado.',
      'Si tiene preguntas, escriba a {contact}.',
    ],
  },
})
