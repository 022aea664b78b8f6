import type { TemplateText } from './schema.ts'

export interface MailWords {
  readonly subject: string
  readonly html: string | null
  readonly text: string | null
}

interface Sentences {
  readonly subject: string
  readonly attached: string
  readonly verify: string
}

const languages: Readonly<Record<string, Sentences>> = {
  en: {
    subject: 'Your certificate: {{title}}',
    attached: '{{issuer}} has issued you a certificate: {{title}}. It is attached to this mail as a PDF.',
    verify: 'Whoever you show it to can check it here, or with the code that is printed on it:',
  },
  de: {
    subject: 'Ihre Urkunde: {{title}}',
    attached: '{{issuer}} hat Ihnen eine Urkunde ausgestellt: {{title}}. Sie hängt dieser Mail als PDF an.',
    verify: 'Wem Sie sie zeigen, der kann sie hier prüfen oder mit dem Code, der darauf gedruckt ist:',
  },
  fr: {
    subject: 'Votre certificat : {{title}}',
    attached: '{{issuer}} vous a délivré un certificat : {{title}}. Il est joint à ce message au format PDF.',
    verify: 'Toute personne à qui vous le montrez peut le vérifier ici ou avec le code imprimé :',
  },
  es: {
    subject: 'Su certificado: {{title}}',
    attached: '{{issuer}} le ha expedido un certificado: {{title}}. Va adjunto a este correo en PDF.',
    verify: 'Quien lo reciba de usted puede comprobarlo aquí o con el código impreso en él:',
  },
}

/** The mail that a certificate travels in: the template's own, or a short one in its language. */
export function mailOf({ mail, language }: TemplateText, subject: string | null): MailWords {
  const { subject: usual, attached, verify } = languages[language] ?? languages.en!
  const named = subject ?? mail?.subject ?? usual
  if (mail?.text || mail?.html) return { subject: named, html: mail.html ?? null, text: mail.text ?? null }
  return {
    subject: named,
    text: `{{name}},\n\n${attached}\n\n${verify}\n{{verify_url}}\n`,
    // Checking a certificate is nobody's click.
    html: `<!doctype html>
<html lang="${languages[language] ? language : 'en'}"><body>
<p>{{name}},</p>
<p>${attached}</p>
<p>${verify}<br><a href="{{verify_url}}" data-no-track>{{verify_url}}</a></p>
</body></html>
`,
  }
}
