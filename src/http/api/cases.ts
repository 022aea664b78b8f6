import { Fault } from '../../base/index.ts'
import { readAddress } from '../../sending/index.ts'
import type { ApiParts } from './parts.ts'
import { type Route, route, routeWithBody } from './route.ts'
import { caseAnswer, casesAnswer, concernBody, rightAnswer } from './subject-schemas.ts'

/** What people asked for and by when it is due; nothing here says whose a case is. */
export const caseRoutes = ({ rights: { cases } }: ApiParts): readonly Route[] => [
  route(
    {
      ...{ method: 'GET', path: '/v1/cases', scope: 'rights' },
      summary: 'Cases that are not done, the most urgent first.',
      answer: { status: 200, schema: casesAnswer },
    },
    async () => ({ status: 200, json: { cases: await cases.open() } }),
  ),
  routeWithBody(
    {
      ...{ method: 'POST', path: '/v1/cases', scope: 'rights', body: concernBody },
      summary: 'A concern that somebody voiced; it is listed until it is answered.',
      answer: { status: 201, schema: caseAnswer },
    },
    async ({ email, about }) => ({ status: 201, json: await cases.concern(readAddress(email), about) }),
  ),
  route(
    {
      ...{ method: 'GET', path: '/v1/cases/{id}', scope: 'rights' },
      summary: 'One case, with its receipt as it stands now.',
      answer: { status: 200, schema: caseAnswer },
    },
    async ({ params: { id = '' } }) => ({ status: 200, json: (await cases.one(sound(id))) ?? unknownCase() }),
  ),
  route(
    {
      ...{ method: 'POST', path: '/v1/cases/{id}/close', scope: 'rights' },
      summary: 'The concern was answered.',
      answer: { status: 200, schema: rightAnswer },
    },
    async ({ params: { id = '' } }) => ({ status: 200, json: (await cases.close(sound(id))) ?? unknownCase() }),
  ),
]

const sound = (id: string): string => (/^[\w-]{22}$/.test(id) ? id : unknownCase())

function unknownCase(): never {
  throw new Fault('case_unknown', 'There is no such open case, or no longer.', 'Use an id that GET /v1/cases lists.')
}
