import type { MailWords } from './words.ts'

export const es: MailWords = {
  open: {
    subject: 'Sus datos en {controller}',
    before: [
      'Alguien, probablemente usted, nos ha pedido la página en la que puede ver todo lo que {controller} guarda sobre usted, corregirlo, llevárselo o hacer que se borre.',
    ],
    link: 'Abrir mi página',
    after: [
      'El enlace vale durante una hora y una sola vez. No reenvíe este mensaje: quien abra el enlace verá sus datos.',
      'Si no lo ha pedido, no haga nada. Nada cambia, y nadie más que usted tiene este enlace.',
      'Si tiene preguntas, escriba a {contact}.',
    ],
  },
  confirm: {
    subject: 'Confirme su nueva dirección, por favor',
    before: ['Alguien, probablemente usted, ha indicado a {controller} esta dirección en lugar de una anterior.'],
    link: 'Confirmar esta dirección',
    after: [
      'El enlace vale durante una hora. Hasta entonces cuenta la dirección anterior.',
      'Si no ha sido usted, no haga nada: entonces nada cambia, y esta dirección se olvida.',
      'Si tiene preguntas, escriba a {contact}.',
    ],
  },
}
