import type { MailWords } from './words.ts'

export const fr: MailWords = {
  open: {
    subject: 'Vos données chez {controller}',
    before: [
      'Quelqu’un, sans doute vous, nous a demandé la page où vous pouvez voir tout ce que {controller} conserve à votre sujet, le corriger, l’emporter ou le faire effacer.',
    ],
    link: 'Ouvrir ma page',
    after: [
      'Le lien est valable une heure et une seule fois. Ne transférez pas ce message : qui ouvre le lien voit vos données.',
      'Si vous n’avez rien demandé, ne faites rien. Rien ne change, et vous seul avez ce lien.',
      'Pour toute question : {contact}.',
    ],
  },
  confirm: {
    subject: 'Merci de confirmer votre nouvelle adresse',
    before: ['Quelqu’un, sans doute vous, a indiqué cette adresse à {controller} à la place d’une adresse précédente.'],
    link: 'Confirmer cette adresse',
    after: [
      'Le lien est valable une heure. D’ici là, c’est l’adresse précédente qui compte.',
      'Si ce n’était pas vous, ne faites rien : rien ne change alors, et cette adresse est oubliée.',
      'Pour toute question : {contact}.',
    ],
  },
}
