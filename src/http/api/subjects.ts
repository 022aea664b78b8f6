import type { z } from 'zod'
import { askRight, checkExport, type SubjectVerb } from '../../upkeep/index.ts'
import { shaped } from './body.ts'
import { exportData, exportDocument, exportSchema } from './export-schema.ts'
import type { ApiParts } from './parts.ts'
import { type Route, route, routeWithBody } from './route.ts'
import {
  anyAnswer,
  discloseBody,
  disclosedAnswer,
  fingerprintsAnswer,
  importBody,
  minorBody,
  objectBody,
  rectifyBody,
  rightAnswer,
  subjectBody,
} from './subject-schemas.ts'

interface Row {
  readonly verb: SubjectVerb
  readonly summary: string
  readonly body?: typeof subjectBody | typeof rectifyBody | typeof objectBody | typeof minorBody | typeof discloseBody
  readonly answer?: z.ZodType
  readonly scope?: 'rights' | 'admin'
}

const rows: readonly Row[] = [
  { verb: 'export', summary: 'Everything held about a person, from every store.', answer: exportDocument },
  {
    verb: 'erase',
    summary:
      'Rows and keys go before this is answered, the residue within a minute: its case gets a second dated line. Mail to the address is refused from then on.',
  },
  {
    verb: 'rectify',
    summary: 'Correct name or address, in mail that is still to be sent as well.',
    body: rectifyBody,
  },
  { verb: 'restrict', summary: 'Keep what is held and use it for nothing: no mail, no recording, no purge.' },
  { verb: 'unrestrict', summary: 'Lift a restriction.' },
  { verb: 'object', summary: 'Stop one purpose; the others go on.', body: objectBody },
  {
    verb: 'minor',
    summary: "A child: erased and never written to, unless the policy knows a parent's consent and it is on record.",
    body: minorBody,
  },
  {
    verb: 'fingerprints',
    summary: 'The first 32 bytes of each ciphertext, wrapped key and index of a person, as they lie at rest.',
    answer: fingerprintsAnswer,
    scope: 'admin',
  },
  {
    verb: 'disclose',
    summary:
      'Hand what an authority, or another class that the policy names, may have of a person, for a reason that is logged. Never content, keys or hashes.',
    body: discloseBody,
    answer: disclosedAnswer,
  },
]

/** Years of mail of one person, and attachments that still wait. */
const exportLimit = 64 * 1_048_576

/** A person's rights, each with a case and a receipt. */
export const subjectRoutes = ({ rights }: ApiParts): readonly Route[] => [
  ...rows.map(({ verb, summary, body = subjectBody, answer = rightAnswer, scope = 'rights' }) =>
    routeWithBody<
      z.infer<typeof minorBody> &
        z.infer<typeof rectifyBody> &
        Partial<z.infer<typeof objectBody>> &
        Partial<z.infer<typeof discloseBody>>
    >(
      { method: 'POST', path: `/v1/subjects/${verb}`, scope, body, summary, answer: { status: 200, schema: answer } },
      async (input) => {
        const answered = await askRight(rights, verb, input)
        if (answered.status === 'residue') rights.finishErasuresSoon()
        return { status: 200, json: answered }
      },
    ),
  ),
  routeWithBody(
    {
      ...{ method: 'POST', path: '/v1/subjects/import', scope: 'rights', body: importBody, limitBytes: exportLimit },
      summary: 'Bring back what an export holds, as far as the policy grants it; one that was changed is refused.',
      answer: { status: 200, schema: rightAnswer },
    },
    async (input) => {
      checkExport(rights, input)
      shaped(exportData, input.data)
      return { status: 200, json: await askRight(rights, 'import', input) }
    },
  ),
  route(
    {
      // Not logged: a published text, and nobody's data.
      ...{ method: 'GET', path: '/v1/schemas/export.json', scope: 'rights', logged: false },
      summary: 'The JSON Schema of what an export holds under `data`.',
      answer: { status: 200, schema: anyAnswer },
    },
    async () => ({ status: 200, json: exportSchema }),
  ),
]
