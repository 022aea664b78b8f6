import type { Language } from '../../../base/index.ts'

/** What a page answers. `grave` where it is not what the holder hoped for. */
export interface Said {
  readonly heading: string
  readonly text: string
  readonly grave?: boolean
}

/** The page behind the code on a certificate. `{at}` is when it was taken back. */
export interface VerifyWords {
  readonly title: string
  readonly heading: string
  readonly text: string
  readonly what: string
  readonly issuer: string
  readonly date: string
  readonly number: string
  readonly label: string
  readonly button: string
  readonly note: string
  readonly yes: Said
  readonly no: Said
  readonly wait: Said
  readonly takenBack: Said
  readonly unvouched: Said
}

export const verifyWords: Readonly<Record<Language, VerifyWords>> = Object.freeze({
  en: {
    title: 'Check a certificate',
    heading: 'This certificate was issued here',
    text: 'Compare what you see below with the paper. Then check the name that is printed on it.',
    what: 'Certificate',
    issuer: 'Issued by',
    date: 'Date',
    number: 'Number',
    label: 'Name on the certificate',
    button: 'Check the name',
    note: 'Names are not stored here. The one you type is compared and forgotten.',
    yes: {
      heading: 'Yes, this is the holder',
      text: 'The name that you typed is the one that this certificate was issued to.',
    },
    no: {
      heading: 'That is not the name',
      text: 'This certificate was issued to somebody else, or the name is spelled differently on it.',
    },
    wait: {
      heading: 'Too many tries',
      text: 'So many names were wrong that none is compared for a while. Please come back in an hour.',
    },
    takenBack: {
      heading: 'This certificate was taken back',
      text: 'Its issuer revoked it on {at}. It does not count any more.',
    },
    unvouched: {
      heading: 'We cannot vouch for this certificate any more',
      text: 'It was sealed with a key that has been withdrawn since. Ask its issuer for a new one.',
    },
  },
  de: {
    title: 'Urkunde prüfen',
    heading: 'Diese Urkunde wurde hier ausgestellt',
    text: 'Vergleichen Sie die Angaben mit dem Papier. Prüfen Sie dann den Namen, der darauf steht.',
    what: 'Urkunde',
    issuer: 'Ausgestellt von',
    date: 'Datum',
    number: 'Nummer',
    label: 'Name auf der Urkunde',
    button: 'Namen prüfen',
    note: 'Namen sind hier nicht gespeichert. Der eingegebene wird verglichen und vergessen.',
    yes: {
      heading: 'Ja, das ist die Person',
      text: 'Auf den eingegebenen Namen wurde diese Urkunde ausgestellt.',
    },
    no: {
      heading: 'Das ist nicht der Name',
      text: 'Diese Urkunde gehört jemand anderem, oder der Name ist darauf anders geschrieben.',
    },
    wait: {
      heading: 'Zu viele Versuche',
      text: 'Es waren so viele Namen falsch, dass eine Weile keiner verglichen wird. Bitte kommen Sie in einer Stunde wieder.',
    },
    takenBack: {
      heading: 'Diese Urkunde wurde zurückgenommen',
      text: 'Die ausstellende Stelle hat sie am {at} widerrufen. Sie gilt nicht mehr.',
    },
    unvouched: {
      heading: 'Für diese Urkunde können wir nicht mehr einstehen',
      text: 'Sie wurde mit einem Schlüssel versiegelt, der inzwischen zurückgezogen ist. Bitten Sie um eine neue.',
    },
  },
  fr: {
    title: 'Vérifier un certificat',
    heading: 'Ce certificat a été délivré ici',
    text: 'Comparez ces indications avec le papier. Vérifiez ensuite le nom qui y est imprimé.',
    what: 'Certificat',
    issuer: 'Délivré par',
    date: 'Date',
    number: 'Numéro',
    label: 'Nom figurant sur le certificat',
    button: 'Vérifier le nom',
    note: 'Aucun nom n’est conservé ici. Celui que vous saisissez est comparé, puis oublié.',
    yes: {
      heading: 'Oui, c’est bien cette personne',
      text: 'Le nom saisi est celui à qui ce certificat a été délivré.',
    },
    no: {
      heading: 'Ce n’est pas le nom',
      text: 'Ce certificat a été délivré à quelqu’un d’autre, ou le nom y est écrit autrement.',
    },
    wait: {
      heading: 'Trop d’essais',
      text: 'Trop de noms étaient faux : aucun n’est comparé pour le moment. Revenez dans une heure.',
    },
    takenBack: {
      heading: 'Ce certificat a été retiré',
      text: 'Il a été révoqué par son émetteur le {at}. Il n’est plus valable.',
    },
    unvouched: {
      heading: 'Nous ne pouvons plus répondre de ce certificat',
      text: 'Il a été scellé avec une clé retirée depuis. Demandez-en un nouveau à son émetteur.',
    },
  },
  es: {
    title: 'Comprobar un certificado',
    heading: 'Este certificado se expidió aquí',
    text: 'Compare estos datos con el papel. Después compruebe el nombre que lleva impreso.',
    what: 'Certificado',
    issuer: 'Expedido por',
    date: 'Fecha',
    number: 'Número',
    label: 'Nombre que figura en el certificado',
    button: 'Comprobar el nombre',
    note: 'Aquí no se guarda ningún nombre. El que escriba se compara y se olvida.',
    yes: {
      heading: 'Sí, es el titular',
      text: 'El nombre que ha escrito es aquel a quien se expidió este certificado.',
    },
    no: {
      heading: 'Ese no es el nombre',
      text: 'Este certificado se expidió a otra persona, o el nombre está escrito de otro modo.',
    },
    wait: {
      heading: 'Demasiados intentos',
      text: 'Tantos nombres eran erróneos que por ahora no se compara ninguno. Vuelva dentro de una hora.',
    },
    takenBack: {
      heading: 'Este certificado fue retirado',
      text: 'Quien lo expidió lo revocó el {at}. Ya no es válido.',
    },
    unvouched: {
      heading: 'Ya no podemos responder de este certificado',
      text: 'Se selló con una clave que después fue retirada. Pida uno nuevo a quien lo expidió.',
    },
  },
})
