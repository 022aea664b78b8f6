/** What a built-in design says around the values, by the template's language; English where it is another one. */
export interface DesignWords {
  readonly title: string
  readonly above: string
  readonly issuer: string
  readonly date: string
  readonly verify: string
}

const languages: Readonly<Record<string, DesignWords>> = {
  en: {
    title: 'Certificate',
    above: 'This certificate is awarded to',
    issuer: 'Issued by',
    date: 'Date',
    verify: 'Scan to verify',
  },
  de: {
    title: 'Urkunde',
    above: 'Diese Urkunde wird verliehen an',
    issuer: 'Ausgestellt von',
    date: 'Datum',
    verify: 'Zum Prüfen scannen',
  },
  fr: {
    title: 'Certificat',
    above: 'Ce certificat est décerné à',
    issuer: 'Délivré par',
    date: 'Date',
    verify: 'Scanner pour vérifier',
  },
  es: {
    title: 'Certificado',
    above: 'Este certificado se otorga a',
    issuer: 'Expedido por',
    date: 'Fecha',
    verify: 'Escanear para verificar',
  },
}

export const wordsIn = (language: string): DesignWords => languages[language] ?? languages.en!
